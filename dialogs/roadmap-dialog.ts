import type { Activity, TurnContext } from 'botbuilder';
import type { DialogContext, DialogTurnResult, WaterfallStepContext } from 'botbuilder-dialogs';
import { TextPrompt } from 'botbuilder-dialogs/lib/prompts/textPrompt.js';
import { WaterfallDialog } from 'botbuilder-dialogs/lib/waterfallDialog.js';
import type { Logger } from 'pino';
import { capabilitiesOf, showsCards } from '#bot/capabilities.ts';
import { buttonMessage, cardMessage } from '#bot/card-message.ts';
import { bareWords } from '#bot/normalise-text.ts';
import { roadmapCardData } from '#bot/roadmap-card-data.ts';
import { suggestedActions } from '#bot/suggested-actions.ts';
import { type TalkStateAccessor, talkOf } from '#bot/talk-state.ts';
import { texts } from '#bot/texts.ts';
import { tryToRead, unread } from '#bot/try-to-read.ts';
import { userKeyOf } from '#bot/turn-keys.ts';
import { MentorError } from '#errors.ts';
import type { CitedRoadmap, Roadmaps } from '#mentor/cite-roadmap.ts';
import { findRoleByField } from '#mentor/find-role.ts';
import type { RoadmapPerson } from '#mentor/plan-roadmap.ts';
import type { Profile, ProfileStore } from '#services/profiles/port.ts';
import {
  type DialogOutcome,
  InterruptibleDialog,
  type Interruptions,
} from './interruptible-dialog.ts';
import { findStep, isSkip, type MatchRole } from './profile-steps.ts';

export interface RoadmapDialogOptions {
  readonly interruptions: Interruptions;
  readonly profiles: ProfileStore;
  readonly roadmaps: Roadmaps;
  readonly matchRole: MatchRole;
  readonly talkState: TalkStateAccessor;
  /** Whether somebody says that they are too young to be asked about themselves. */
  readonly isUnderAge?: ((text: string) => boolean) | undefined;
  /** Where this server's own article pages can be opened. */
  readonly publicUrl: string | undefined;
  readonly logger: Pick<Logger, 'error'>;
}

export interface RoadmapDialogStart {
  /** Whether the person may be asked about themselves. */
  readonly offersProfile: boolean;
}

type Step = WaterfallStepContext<RoadmapDialogStart>;

/** Headings of our articles that help whoever does not know which role. */
export const questionsOfTheUndecided = [
  'What should I learn first if I cannot decide?',
  'Which of the three roles fits my personality?',
  'Which role is easiest to enter as a beginner?',
];

/** Shows what to learn for the role that the person aims at; where neither their profile nor they said which, it asks. */
export class RoadmapDialog extends InterruptibleDialog {
  static readonly dialogId = 'roadmap';
  protected override readonly cancelText = texts.roadmapCancelled;
  readonly #options: RoadmapDialogOptions;

  constructor(options: RoadmapDialogOptions) {
    super(RoadmapDialog.dialogId, options.interruptions);
    this.#options = options;
    this.addDialog(
      new TextPrompt('role', async (prompt) => {
        const said = prompt.recognized.value ?? '';
        if (isSkip(said) || this.#roleIn(said) !== undefined) return true;
        const names = options.roadmaps.roles.map(({ name }) => name);
        prompt.options.retryPrompt = roleQuestion(prompt.context, texts.roadmapRoleAgain(names));
        return false;
      }),
    );
    this.addDialog(
      new WaterfallDialog<RoadmapDialogStart>('roadmap-steps', [
        (step: Step) => this.#askForRole(step),
        (step: Step) => this.#show(step),
      ]),
    );
    this.initialDialogId = 'roadmap-steps';
  }

  protected override whyText(): string {
    return texts.roadmapWhyRole;
  }

  /** Whoever is too young is answered by the mentor, as everywhere. */
  protected override async onContinueDialog(innerDc: DialogContext): Promise<DialogTurnResult> {
    const isUnderAge = this.#options.isUnderAge?.(innerDc.context.activity.text ?? '') === true;
    return isUnderAge
      ? this.leaveToMentor(innerDc, { outcome: { isUnderAge } })
      : super.onContinueDialog(innerDc);
  }

  async #askForRole(step: Step): Promise<DialogTurnResult> {
    const { context } = step;
    const talk = await talkOf(this.#options.talkState, context);
    const known = wantsAnotherRole(context.activity.text)
      ? undefined
      : (this.#roleOf(await this.#profileOf(context)) ?? this.#knownRole(talk.roadmapRole));
    if (known !== undefined) return step.next(known);
    return step.prompt('role', { prompt: roleQuestion(context, texts.roadmapWhichRole) });
  }

  async #show(step: Step): Promise<DialogTurnResult> {
    const { context, options } = step;
    const said = String(step.result);
    const { publicUrl } = this.#options;
    const roleId = this.#knownRole(said) ?? this.#roleIn(said);
    if (roleId === undefined) {
      await context.sendActivity(
        buttonMessage(context, texts.roadmapUndecided, questionsOfTheUndecided),
      );
      return step.endDialog({} satisfies DialogOutcome);
    }
    (await talkOf(this.#options.talkState, context)).roadmapRole = roleId;
    const profile = await this.#profileOf(context);
    const isUnread = profile === unread;
    const person: RoadmapPerson = profile === undefined || profile === unread ? {} : profile;
    const roadmap = await this.#open(roleId, person);
    const message =
      roadmap instanceof MentorError
        ? tryAgainMessage(context, roadmap)
        : await roadmapMessage(
            context,
            roadmapCardData(roadmap, { person, isUnread, publicUrl, ...options }),
          );
    await context.sendActivity(message);
    return step.endDialog({} satisfies DialogOutcome);
  }

  /** Without the articles nothing is shown: each step rests on one. */
  async #open(roleId: string, person: RoadmapPerson): Promise<CitedRoadmap | MentorError> {
    try {
      return await this.#options.roadmaps.open(roleId, person);
    } catch (error) {
      if (!(error instanceof MentorError)) throw error;
      const { code, details } = error;
      this.#options.logger.error({ err: error, code, details }, 'a roadmap could not be made');
      return error;
    }
  }

  #profileOf(context: TurnContext): Promise<Profile | undefined | typeof unread> {
    const { profiles, logger } = this.#options;
    return tryToRead('profile', profiles.get(userKeyOf(context.activity)), logger);
  }

  /** The role somebody aims at; one without a roadmap is as good as none. */
  #roleOf(profile: Profile | undefined | typeof unread): string | undefined {
    if (profile === undefined || profile === unread) return undefined;
    const { targetRole, careerGoals } = profile;
    const named = careerGoals.map((goal) => this.#roleIn(goal));
    return this.#knownRole(targetRole) ?? named.find((id) => id !== undefined);
  }

  #knownRole(id: string | undefined): string | undefined {
    return this.#options.roadmaps.roles.find((role) => role.id === id)?.id;
  }

  /** The role these words name, read as the profile reads it, or else the one of their field. */
  #roleIn(words: string): string | undefined {
    const { matchRole, roadmaps } = this.#options;
    const named = findStep('direction')?.read(words, matchRole)?.targetRole;
    const role = roadmaps.roles.find(({ id }) => id === named);
    return (role ?? findRoleByField(words, roadmaps.roles))?.id;
  }
}

function roleQuestion(context: TurnContext, text: string): Partial<Activity> {
  return buttonMessage(context, text, findStep('direction')?.choices ?? []);
}

function wantsAnotherRole(text: string): boolean {
  return /\b(another|other|different|new)\b/.test(bareWords(text));
}

async function roadmapMessage(
  context: TurnContext,
  data: ReturnType<typeof roadmapCardData>,
): Promise<Partial<Activity>> {
  const message = await cardMessage(context, 'roadmap', data);
  if (showsCards(capabilitiesOf(context))) return message;
  const words = data.buttons.map((button) => button.data.text);
  return buttonMessage(context, message.text ?? '', words);
}

function tryAgainMessage(context: TurnContext, { row }: MentorError): Partial<Activity> {
  const message = buttonMessage(context, row.userText, []);
  return row.retryable && capabilitiesOf(context).suggestedActions
    ? { ...message, suggestedActions: suggestedActions(['roadmap'], texts.tryAgain) }
    : message;
}
