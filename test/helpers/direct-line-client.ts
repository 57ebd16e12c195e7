import { EventEmitter, once } from 'node:events';
import { createRequire } from 'node:module';
import type { Activity, DirectLineOptions, Message } from 'botframework-directlinejs';

const load = createRequire(import.meta.url);
interface NodeXhr {
  setRequestHeader(name: string, value: string): void;
  send(body?: unknown): void;
}
const { XMLHttpRequest: NodeXhr } = load('xhr2') as { XMLHttpRequest: new () => NodeXhr };

/** The client library is made for browsers, where this also takes a FormData. */
class FormDataXhr extends NodeXhr {
  override send(body?: unknown): void {
    if (!(body instanceof FormData)) {
      super.send(body);
      return;
    }
    const encoded = new Response(body);
    void encoded.arrayBuffer().then((bytes) => {
      this.setRequestHeader('content-type', encoded.headers.get('content-type') ?? '');
      super.send(bytes);
    });
  }
}
Object.assign(globalThis, { XMLHttpRequest: FormDataXhr });

const { DirectLine } = load(
  'botframework-directlinejs',
) as typeof import('botframework-directlinejs');

/** An activity as it arrived, whatever it holds. */
export type ReceivedActivity = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly type: string;
  readonly text?: string;
  readonly from: { readonly id: string; readonly role?: string };
  readonly channelData?: Readonly<Record<string, unknown>>;
};

export interface TestClient {
  readonly received: readonly ReceivedActivity[];
  /** The connection states so far; 2 is online, 3 an expired token, 4 failed, 5 ended. */
  readonly states: readonly number[];
  /** Resolves to the id that the server gave, or to `retry`, as the library does. */
  post(activity: Readonly<Record<string, unknown>>): Promise<string>;
  say(text: string): Promise<string>;
  /** The first activity, arrived or to come, that matches. */
  waitFor(matches: (activity: ReceivedActivity) => boolean): Promise<ReceivedActivity>;
  waitForState(state: number): Promise<void>;
  readonly library: InstanceType<typeof DirectLine>;
  end(): void;
}

/** Only for a test that would otherwise wait for ever. */
const patienceMs = 10_000;

/** The official client library, connected; it reconnects at once instead of after 3 to 15 seconds. */
export function connectClient(
  options: DirectLineOptions & { readonly userId?: string },
): TestClient {
  const received: ReceivedActivity[] = [];
  const states: number[] = [];
  const changes = new EventEmitter();
  changes.setMaxListeners(0);
  // 3000 + random() * 12000 milliseconds is the library's delay.
  const library = new DirectLine({ ...options, random: () => -0.25 } as DirectLineOptions);
  if (options.userId) library.setUserId(options.userId);
  const changed = () => changes.emit('change');
  library.connectionStatus$.subscribe((state) => {
    states.push(state);
    changed();
  });
  const subscription = library.activity$.subscribe(
    (activity) => {
      received.push(activity as unknown as ReceivedActivity);
      changed();
    },
    () => changed(),
  );

  const until = async <Found>(find: () => Found | undefined, what: string): Promise<Found> => {
    const signal = AbortSignal.timeout(patienceMs);
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await once(changes, 'change', { signal }).catch(() => {
        throw new Error(`${what} never came; received: ${JSON.stringify(received)}; ${states}`);
      });
    }
  };
  const post = (activity: Readonly<Record<string, unknown>>): Promise<string> =>
    new Promise((resolve, reject) => {
      library
        .postActivity({ from: { id: 'unsaid' }, ...activity } as unknown as Activity)
        .subscribe(resolve, reject);
    });
  return {
    received,
    states,
    post,
    say: (text) => post({ type: 'message', text } satisfies Partial<Message>),
    waitFor: (matches) => until(() => received.find(matches), 'the activity'),
    waitForState: (state) =>
      until(() => states.includes(state) || undefined, `state ${state}`).then(() => undefined),
    library,
    end() {
      subscription.unsubscribe();
      library.end();
    },
  };
}
