import type { Activity, TurnContext } from 'botbuilder';
import type { DialogContext, DialogTurnResult, WaterfallStepContext } from 'botbuilder-dialogs';
import { DialogTurnStatus } from 'botbuilder-dialogs/lib/dialog.js';
import { TextPrompt } from 'botbuilder-dialogs/lib/prompts/textPrompt.js';
import { WaterfallDialog } from 'botbuilder-dialogs/lib/waterfallDialog.js';
import type { Logger } from 'pino';
import type { SensitivityLabel } from '#bot/answer-entity.ts';
import { answerMessage } from '#bot/answer-message.ts';
import { capabilitiesOf } from '#bot/capabilities.ts';
import { buttonMessage } from '#bot/card-message.ts';
import { findCommand } from '#bot/commands.ts';
import { personOf } from '#bot/personal-data.ts';
import { type TalkStateAccessor, talkOf } from '#bot/talk-state.ts';
import { texts } from '#bot/texts.ts';
import type { TokenBudget } from '#bot/token-budget.ts';
import { tryToRead, unread } from '#bot/try-to-read.ts';
import { turnSignalOf, userKeyOf } from '#bot/turn-keys.ts';
import { keepNoWords } from '#bot/words-not-kept.ts';
import { MentorError } from '#errors.ts';
import type { Answer } from '#mentor/answer.ts';
import type {
  InterviewOutcome,
  InterviewPractice,
  InterviewReading,
} from '#mentor/interview-practice.ts';
import { givesUp, type NoAnswer } from '#mentor/read-interview-answer.ts';
import type { ExperienceLevel, Profile, ProfileStore } from '#services/profiles/port.ts';
import { InterruptibleDialog, type Interruptions } from './interruptible-dialog.ts';
import { findStep, isSkip, type MatchRole } from './profile-steps.ts';
import { readInterviewRequest } from './read-interview-request.ts';
import { type Reaction, readReaction } from './read-reaction.ts';
import { readsLikeSideQuestion } from './reads-like-side-question.ts';

export interface InterviewDialogOptions {
  readonly interruptions: Interruptions;
  readonly interview: InterviewPractice;
  readonly profiles: ProfileStore;
  readonly matchRole: MatchRole;
  readonly talkState: TalkStateAccessor;
  /** Whether somebody says that they are too young to be asked about themselves. */
  readonly isUnderAge?: ((text: string) => boolean) | undefined;
  readonly publicUrl: string | undefined;
  /** What a person's answers may cost within a day; absent: as much as they like. */
  readonly tokenBudget?: TokenBudget | undefined;
  readonly sensitivity?: SensitivityLabel | undefined;
  readonly logger: Pick<Logger, 'error'>;
}

/** A round that goes on; plain JSON, since it waits in the dialog's state between turns, and no word of any answer. */
interface Round {
  readonly level?: ExperienceLevel;
  readonly questionIds: readonly string[];
  /** One for each question that is over. */
  readonly outcomes: readonly InterviewOutcome[];
  /** Why the open question is asked once more. */
  readonly again?: NoAnswer;
}

type RoundStep = WaterfallStepContext<Round>;

/** How many questions that came up are remembered, so that the next round has others. */
const rememberedQuestions = 40;

/**
 * Practice for an interview: questions for the person's role and level, one at a time, each with feedback that rests on the
 * articles, and a last word. Of an answer nothing is kept but which points it touched, and that no longer than the round.
 */
export class InterviewDialog extends InterruptibleDialog {
  static readonly dialogId = 'interview';
  protected override readonly cancelText = texts.interviewStopped;
  readonly #options: InterviewDialogOptions;

  constructor(options: InterviewDialogOptions) {
    super(InterviewDialog.dialogId, options.interruptions);
    this.#options = options;
    this.addDialog(
      new TextPrompt('role', async (prompt) => {
        const said = prompt.recognized.value ?? '';
        if (isSkip(said) || this.#roleIn(said) !== undefined || prompt.attemptCount > 1)
          return true;
        prompt.options.retryPrompt = roleQuestion(prompt.context, texts.interviewRoleAgain);
        return false;
      }),
    );
    this.addDialog(new TextPrompt('answer'));
    this.addDialog(
      new WaterfallDialog('beginning', [
        (step: WaterfallStepContext) => this.#askForRole(step),
        (step: WaterfallStepContext) => this.#guarded(step, () => this.#begin(step)),
      ]),
    );
    this.addDialog(
      new WaterfallDialog<Round>('question', [
        (step: RoundStep) => this.#ask(step),
        (step: RoundStep) => this.#guarded(step, () => this.#takeAnswer(step)),
      ]),
    );
    this.initialDialogId = 'beginning';
  }

  protected override whyText({ activeDialog }: DialogContext): string {
    return activeDialog?.id === 'role' ? texts.interviewWhyRole : texts.interviewWhy;
  }

  /** Told in one's own words an answer may read like a question. */
  protected override isAnswer(innerDc: DialogContext, text: string): boolean {
    if (!isAnswering(innerDc) || findCommand(text) !== undefined) return false;
    if (givesUp(text) || readInterviewRequest(text) === 'other-question') return true;
    if (readReaction(text) !== undefined) return false;
    const asked = this.#options.interview.find(openQuestion(innerDc) ?? '');
    const expectsQuestions = /\b(ask|clarify)\b/i.test(asked?.asks ?? '');
    return !readsLikeSideQuestion(text, { expectsQuestions });
  }

  /**
   * Whoever is not well is answered by the mentor, and the practice ends. Whoever says for the first time how young they are is
   * answered by the mentor too, as everywhere; then the practice goes on.
   */
  protected override async onContinueDialog(innerDc: DialogContext): Promise<DialogTurnResult> {
    const { isUnderAge, interruptions, interview, talkState } = this.#options;
    const { context } = innerDc;
    const said = context.activity.text ?? '';
    if (interruptions.isCrisis(said)) return super.onContinueDialog(innerDc);
    if (isAnswering(innerDc) && interview.isDistress(said))
      return this.leaveToMentor(innerDc, { lastWord: texts.interviewCanWait });
    const requested = isAnswering(innerDc) ? await this.#onRequest(innerDc, said) : undefined;
    if (requested !== undefined) return requested;
    const isNews = isUnderAge?.(said) && (await talkOf(talkState, context)).isUnderAge !== true;
    if (!isNews) return super.onContinueDialog(innerDc);
    await interruptions.ask(context, said);
    (await talkOf(talkState, context)).isUnderAge = true;
    return this.repeat(innerDc);
  }

  /** Answers what somebody wants of whoever asks the questions; `undefined` leaves it to the others. */
  async #onRequest(innerDc: DialogContext, said: string): Promise<DialogTurnResult | undefined> {
    switch (readInterviewRequest(said)) {
      case 'repeat':
        return this.repeat(innerDc);
      case 'moment':
        await innerDc.context.sendActivity(texts.interviewMoment);
        return { status: DialogTurnStatus.waiting };
      case 'marks':
        return this.sayAndRepeat(innerDc, texts.interviewNoMarks);
      case 'said-it':
        return this.sayAndRepeat(innerDc, texts.interviewDoubt);
      default:
        return undefined;
    }
  }

  protected override async onReaction(
    innerDc: DialogContext,
    reaction: Reaction,
  ): Promise<DialogTurnResult | undefined> {
    switch (reaction) {
      case 'enough':
      case 'busy':
        return this.stop(innerDc, 'put-off');
      case 'length':
        return this.sayAndRepeat(innerDc, texts.interviewLength);
      case 'privacy':
        return this.sayAndRepeat(innerDc, texts.interviewPrivacy);
      case 'rude':
        return this.sayAndRepeat(innerDc, texts.keptFriendly);
      case 'about-answer':
        return this.sayAndRepeat(innerDc, texts.interviewDoubt);
      case 'thanks':
        return this.repeat(innerDc);
      default:
        return super.onReaction(innerDc, reaction);
    }
  }

  async #askForRole(step: WaterfallStepContext): Promise<DialogTurnResult> {
    const { context } = step;
    const profile = await this.#profileOf(context);
    const goals = profile?.careerGoals.map((goal) => this.#roleIn(goal)) ?? [];
    const known = profile?.targetRole ?? goals.find((role) => role !== undefined);
    if (known !== undefined) return step.next(known);
    return step.prompt('role', { prompt: roleQuestion(context, texts.interviewWhichRole) });
  }

  async #begin(step: WaterfallStepContext): Promise<DialogTurnResult> {
    const { context } = step;
    const { interview, talkState } = this.#options;
    const said = String(step.result);
    const role = interview.roleName(said) === undefined ? this.#roleIn(said) : said;
    const level = (await this.#profileOf(context))?.experienceLevel;
    const talk = await talkOf(talkState, context);
    const asked = talk.interviewQuestions ?? [];
    const questionIds = await interview.choose({ role, level, asked });
    if (questionIds.length === 0) {
      await context.sendActivity(texts.interviewNothing);
      return step.endDialog({});
    }
    talk.interviewQuestions = [...asked, ...questionIds].slice(-rememberedQuestions);
    const name = role === undefined ? undefined : interview.roleName(role);
    await context.sendActivity(texts.interviewIntro(questionIds.length, name));
    const round: Round = { questionIds, outcomes: [], ...(level === undefined ? {} : { level }) };
    return step.replaceDialog('question', round);
  }

  async #ask(step: RoundStep): Promise<DialogTurnResult> {
    const { questionIds, outcomes, again } = step.options;
    const number = outcomes.length + 1;
    const asks = this.#options.interview.find(questionIds[number - 1] ?? '')?.asks ?? '';
    const text = [
      ...(again === undefined || again === 'no-idea' ? [] : [texts.interviewAgain[again]]),
      texts.interviewQuestion(number, questionIds.length, asks),
    ].join('\n\n');
    const prompt = buttonMessage(step.context, text, [texts.skip, texts.stop]);
    return step.prompt('answer', { prompt });
  }

  async #takeAnswer(step: RoundStep): Promise<DialogTurnResult> {
    const { context, options: round } = step;
    const said = String(step.result);
    const questionId = round.questionIds[round.outcomes.length] ?? '';
    keepNoWords(context, texts.interviewWordsNotKept);
    const wantsOther = readInterviewRequest(said) === 'other-question';
    if (wantsOther || (isSkip(said) && !givesUp(said))) return this.#goOn(step, { questionId });
    const { interview } = this.#options;
    const reading = await this.#read(context, questionId, said);
    const { seems, touched } = reading;
    if (seems !== undefined && seems !== 'no-idea' && round.again === undefined)
      return step.replaceDialog('question', { ...round, again: seems } satisfies Round);
    const feedback = await interview.feedback(questionId, reading, round.outcomes.length);
    if (feedback === undefined) await context.sendActivity(texts.interviewNothing);
    else await this.#show(context, feedback);
    const isCompared = seems !== 'other-language';
    return this.#goOn(step, { questionId, ...(isCompared ? { touched } : {}) });
  }

  /** By the model as far as the person's budget goes, then by the words. */
  async #read(context: TurnContext, questionId: string, said: string): Promise<InterviewReading> {
    const { interview, tokenBudget } = this.#options;
    const { activity } = context;
    const spender = { ...personOf(activity), tenantId: activity.conversation.tenantId };
    const mayAsk = await tokenBudget?.require(spender).then(
      () => true,
      () => false,
    );
    const reading = await interview.read(questionId, said, {
      signal: turnSignalOf(context),
      byWordsAlone: mayAsk === false,
    });
    if (reading.tokens !== undefined) await tokenBudget?.spend(spender, reading.tokens);
    return reading;
  }

  /** The next question, or the last word. */
  async #goOn(step: RoundStep, outcome: InterviewOutcome): Promise<DialogTurnResult> {
    const { again: _again, ...round } = step.options;
    const outcomes = [...round.outcomes, outcome];
    if (outcomes.length < round.questionIds.length)
      return step.replaceDialog('question', { ...round, outcomes } satisfies Round);
    const closing = await this.#options.interview.close(outcomes, round.level);
    await this.#show(step.context, closing);
    return step.endDialog({});
  }

  async #show(context: TurnContext, answer: Answer): Promise<void> {
    const { publicUrl, sensitivity } = this.#options;
    const capabilities = capabilitiesOf(context);
    const suggestFollowUps = answer.followUps.length > 0;
    await context.sendActivity(
      await answerMessage(answer, { capabilities, publicUrl, sensitivity, suggestFollowUps }),
    );
  }

  /** Without the articles nothing is said about an answer: the practice ends with a word on when to come back. */
  async #guarded(
    step: DialogContext,
    run: () => Promise<DialogTurnResult>,
  ): Promise<DialogTurnResult> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof MentorError)) throw error;
      const { code, details, row } = error;
      this.#options.logger.error({ err: error, code, details }, 'a practice interview was cut off');
      const text = `${row.userText} ${texts.interviewLater}`;
      await step.context.sendActivity(
        buttonMessage(step.context, text, [InterviewDialog.dialogId]),
      );
      return step.endDialog({});
    }
  }

  async #profileOf(context: TurnContext): Promise<Profile | undefined> {
    const { profiles, logger } = this.#options;
    const profile = await tryToRead('profile', profiles.get(userKeyOf(context.activity)), logger);
    return profile === unread ? undefined : profile;
  }

  /** The role these words name, read as the profile reads it. */
  #roleIn(words: string): string | undefined {
    return findStep('direction')?.read(words, this.#options.matchRole)?.targetRole;
  }
}

function isAnswering({ activeDialog }: DialogContext): boolean {
  return activeDialog?.id === 'answer';
}

/** The id of the question that waits for its answer. */
function openQuestion({ stack }: DialogContext): string | undefined {
  for (const { state } of stack) {
    const round = state?.options as Partial<Round> | undefined;
    if (round?.questionIds && round.outcomes) return round.questionIds[round.outcomes.length];
  }
  return undefined;
}

function roleQuestion(context: TurnContext, text: string): Partial<Activity> {
  return buttonMessage(context, text, findStep('direction')?.choices ?? []);
}
