/** What turns and requests report; the parts that do are wrapped in composition/, and none of them waits for it or fails by it. */
export interface Telemetry {
  /** Runs one turn of a channel within its span, and counts it with how it ended. */
  turn<Result>(turn: ObservedTurn, work: () => Promise<Result>): Promise<Result>;
  /** Runs the sending of so many activities to a channel within a span of its own. */
  send<Result>(channel: string, activities: number, work: () => Promise<Result>): Promise<Result>;
}

export interface ObservedTurn {
  /** The channel as Bot Framework names it, or `api` for REST; an unknown one counts as `other`. */
  readonly channel: string;
  /** Bot Framework's type of the activity. */
  readonly activityType: string;
  readonly userType: UserType;
  /** Whether somebody's request waits for it; else it is taken off a queue. */
  readonly isWithinRequest?: true;
}

/** Who stands behind a request: nobody that is known, a person who signed in, or another service such as a channel. */
export type UserType = 'anonymous' | 'signed-in' | 'service';

/** Upper bounds of the latency buckets, in seconds; a last bucket holds what took longer. */
export const latencyBoundsSeconds = [
  0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 30, 60,
] as const;

export const countNames = [
  'requests',
  'requestErrors',
  'turns',
  'answers',
  'answerFailures',
  'likes',
  'dislikes',
  'citations',
  'citationsDropped',
  'retrievalGood',
  'retrievalWeak',
  'retrievalNone',
  'cacheHits',
  'cacheMisses',
  'onboardingsBegun',
  'onboardingsCompleted',
  'telemetryDropped',
  'costUsd',
] as const;

export type CountName = (typeof countNames)[number];

export const groupNames = [
  'tokensByModel',
  'costByModel',
  'answersByState',
  'feedbackByReason',
  'turnsByChannel',
] as const;

export type GroupName = (typeof groupNames)[number];

export const latencyNames = ['request', 'answer', 'firstWord'] as const;

export type LatencyName = (typeof latencyNames)[number];

export interface Gauges {
  readonly queueDepth: number;
  readonly queueAgeSeconds: number;
  readonly activeConversations: number;
  readonly activePeople: number;
  readonly waitingWrites: number;
  readonly isReady: boolean;
  readonly residentBytes: number;
  readonly eventLoopDelayMs: number;
  /** State by name: `closed`, `half-open` or `open`. */
  readonly circuits: Readonly<Record<string, string>>;
}

/** What happened within one stretch of time, and how things stood at its end. */
export interface HistoryPoint {
  /** ISO 8601, UTC: the end of the stretch. */
  readonly at: string;
  readonly seconds: number;
  readonly counts: Readonly<Record<CountName, number>>;
  readonly groups: Readonly<Record<GroupName, Readonly<Record<string, number>>>>;
  /** How many took so long, by bucket; one more than there are bounds. */
  readonly latency: Readonly<Record<LatencyName, readonly number[]>>;
  readonly gauges: Gauges;
}

/** The usual three quantiles, in seconds; null where nothing was measured. */
export interface Quantiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** A point as the dashboard draws it: quantiles in place of buckets. */
export interface PresentedPoint extends Omit<HistoryPoint, 'latency'> {
  /** ISO 8601, UTC: the beginning of the stretch that it stands for. */
  readonly slot: string;
  readonly requestsPerMinute: number;
  readonly latency: Readonly<Record<LatencyName, Quantiles>>;
}

/** How one week was, from Monday to Sunday in UTC. */
export interface WeekReport {
  /** The Monday it begins with. */
  readonly week: string;
  readonly questions: number;
  readonly groundedShare: number | null;
  readonly noEvidenceShare: number | null;
  readonly failedShare: number | null;
  readonly thumbsUp: number;
  readonly thumbsDown: number;
  readonly citationsVerifiedShare: number | null;
  readonly retrievalGoodShare: number | null;
  readonly firstWordP95Seconds: number | null;
  readonly answerP95Seconds: number | null;
  readonly costUsd: number;
  readonly tokensByModel: Readonly<Record<string, number>>;
}

export const historyRanges = ['hour', 'day', 'quarter'] as const;

/** The last hour in points of seconds, the last day in minutes, the last quarter of a year in hours. */
export type HistoryRange = (typeof historyRanges)[number];

export interface History {
  /** Oldest first. */
  points(range: HistoryRange): readonly HistoryPoint[];
}

export const alertSeverities = ['information', 'warning', 'critical'] as const;
export type AlertSeverity = (typeof alertSeverities)[number];
export type AlertState = 'firing' | 'acknowledged' | 'resolved';

/** One stretch of time in which a rule was broken. */
export interface Alert {
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly severity: AlertSeverity;
  readonly state: AlertState;
  readonly metric: string;
  readonly comparison: 'above' | 'below';
  readonly threshold: number;
  /** As last measured while it was broken. */
  readonly value: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly acknowledgedAt?: string;
  readonly resolvedAt?: string;
  /** Whether nobody was told, because maintenance was under way. */
  readonly muted: boolean;
}

export interface Alerts {
  /** Those under way first, then the newest that are over. */
  list(): readonly Alert[];
  /** Notes that somebody looks after it; resolves to the alert, or nothing where none of that id is under way. */
  acknowledge(id: string): Alert | undefined;
  /** Until when nobody is told of alerts; absent outside of maintenance. */
  maintenanceUntil(): string | undefined;
  /** Begins maintenance for so many minutes; 0 ends it. */
  setMaintenance(minutes: number): void;
}

export const reviewReasons = ['thumbs-down', 'no-evidence', 'low-grounding'] as const;
export type ReviewReason = (typeof reviewReasons)[number];

/** An answer that somebody should look at. Its words stay in the conversation and are read from there. */
export interface ReviewEntry {
  readonly id: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly reason: ReviewReason;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly status: 'open' | 'case' | 'dismissed';
}

export interface ReviewQueue {
  /** Notes an answer once for each reason. */
  add(entry: Pick<ReviewEntry, 'conversationId' | 'messageId' | 'reason'>): void;
  get(id: string): ReviewEntry | undefined;
  /** The newest first. */
  list(options: {
    readonly status?: ReviewEntry['status'];
    readonly limit: number;
  }): readonly ReviewEntry[];
  setStatus(id: string, status: 'case' | 'dismissed'): boolean;
  /** Forgets entries, such as those whose conversation was deleted. */
  remove(ids: readonly string[]): void;
}
