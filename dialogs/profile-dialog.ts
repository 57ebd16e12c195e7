import type { DialogContext, DialogTurnResult, WaterfallStepContext } from 'botbuilder-dialogs';
import { DialogTurnStatus } from 'botbuilder-dialogs/lib/dialog.js';
import { TextPrompt } from 'botbuilder-dialogs/lib/prompts/textPrompt.js';
import { WaterfallDialog } from 'botbuilder-dialogs/lib/waterfallDialog.js';
import type { Logger } from 'pino';
import { buttonMessage, cardMessage } from '#bot/card-message.ts';
import { findCommand } from '#bot/commands.ts';
import { texts } from '#bot/texts.ts';
import { tryToRead, unread } from '#bot/try-to-read.ts';
import { userKeyOf } from '#bot/turn-keys.ts';
import { type CardSubmit, cardSubmit } from '#cards/card-data.ts';
import type { ProfileStore } from '#services/profiles/port.ts';
import {
  type DialogOutcome,
  InterruptibleDialog,
  type Interruptions,
} from './interruptible-dialog.ts';
import {
  answersOf,
  type ProfileAnswers,
  profileFacts,
  profileFormData,
  profileOf,
  withoutStep,
} from './profile-answers.ts';
import { answersSoFar, isAsking, openStep, promptId, questionsOpen } from './profile-place.ts';
import { asksForForm, fieldQuestion, reviewQuestion, stepQuestion } from './profile-questions.ts';
import { leftOutText, replyToReaction } from './profile-reactions.ts';
import {
  findStep,
  type MatchRole,
  mostTries,
  type ProfileStep,
  profileSteps,
  retryText,
} from './profile-steps.ts';
import { readCorrection, saysItIsRight } from './read-correction.ts';
import type { Reaction } from './read-reaction.ts';
import { isJustAsking, lostWork } from './read-reason.ts';

export interface ProfileDialogOptions {
  readonly interruptions: Interruptions;
  readonly profiles: ProfileStore;
  readonly matchRole: MatchRole;
  readonly suggestStarters: () => readonly string[];
  /** Whether somebody says that they are too young to be asked about themselves. */
  readonly isUnderAge?: ((text: string) => boolean) | undefined;
  /** Whether somebody says that they are not well. */
  readonly isDistress?: ((text: string) => boolean) | undefined;
  readonly clock: () => Date;
  readonly logger: Pick<Logger, 'error'>;
}

/** How the dialog begins: with the questions, with a choice of what to change, or with what a form brought. */
export type ProfileDialogStart =
  | { readonly begin: 'questions' }
  | { readonly begin: 'change' }
  | { readonly begin: 'form'; readonly form: ProfileForm };

type ProfileForm = Extract<CardSubmit, { command: 'save-profile' }>;
type Step = WaterfallStepContext<{ answers?: ProfileAnswers }>;

/**
 * Learns about a person in at most six questions, one at a time, each skippable; or by a form; then shows what was understood
 * and asks what is wrong with it. Nothing is stored before the end, and nothing of somebody who says that they are under age:
 * the mentor answers that, and the questions end.
 */
export class ProfileDialog extends InterruptibleDialog {
  static readonly dialogId = 'profile';
  protected override readonly cancelText = texts.cancelled;
  readonly #options: ProfileDialogOptions;

  constructor(options: ProfileDialogOptions) {
    super(ProfileDialog.dialogId, options.interruptions);
    this.#options = options;
    for (const step of profileSteps) this.addDialog(this.#promptFor(step));
    this.addDialog(new TextPrompt('review-answer'));
    this.addDialog(
      new TextPrompt('field-name', async (prompt) => {
        const isField = findStep(prompt.recognized.value ?? '') !== undefined;
        if (!isField && prompt.attemptCount >= mostTries) return true;
        if (!isField)
          prompt.options.retryPrompt = fieldQuestion(prompt.context, texts.whichFieldAgain);
        return isField;
      }),
    );
    this.addDialog(new WaterfallDialog('questions', this.#questionSteps()));
    this.addDialog(
      new WaterfallDialog('review', [
        (step: Step) => this.#review(step),
        (step: Step) => this.#afterReview(step),
      ]),
    );
    this.addDialog(
      new WaterfallDialog('change', [
        (step: Step) => this.#askForField(step),
        (step: Step) => this.#askForValue(step),
        (step: Step) => this.#afterChange(step),
      ]),
    );
    this.initialDialogId = 'questions';
  }

  protected override async onBeginDialog(
    innerDc: DialogContext,
    start: ProfileDialogStart = { begin: 'questions' },
  ): Promise<DialogTurnResult> {
    const { context } = innerDc;
    if (start.begin === 'questions') {
      await context.sendActivity(texts.profileIntro);
      return innerDc.beginDialog('questions', {});
    }
    const profile = await this.#options.profiles.get(userKeyOf(context.activity));
    const answers = profile === undefined ? {} : answersOf(profile);
    if (start.begin === 'change') return innerDc.beginDialog('change', { answers });
    return innerDc.beginDialog('review', { answers: this.#readForm(start.form, answers) });
  }

  /** "Interview" alone says what brought somebody here. */
  protected override isAnswer({ activeDialog }: DialogContext, text: string): boolean {
    return activeDialog?.id === promptId('reason') && findCommand(text) === 'interview';
  }

  protected override async onContinueDialog(innerDc: DialogContext): Promise<DialogTurnResult> {
    const { context } = innerDc;
    const said = context.activity.text ?? '';
    if (this.#options.isUnderAge?.(said))
      return this.leaveToMentor(innerDc, { outcome: { isUnderAge: true } });
    if (this.#wantsNoQuestions(innerDc, said))
      return this.leaveToMentor(
        innerDc,
        isAsking(innerDc) ? { lastWord: texts.questionsCanWait } : {},
      );
    const submitted = cardSubmit.safeParse(context.activity.value).data;
    if (submitted?.command === 'save-profile') {
      const answers = this.#readForm(submitted, answersSoFar(innerDc));
      await innerDc.cancelAllDialogs();
      return innerDc.beginDialog('review', { answers });
    }
    if (asksForForm(context)) {
      const form = profileFormData(answersSoFar(innerDc));
      await context.sendActivity(await cardMessage(context, 'profile-form', form));
      return { status: DialogTurnStatus.waiting };
    }
    return super.onContinueDialog(innerDc);
  }

  /** Whoever is not well comes first; but what brought them, and a job that they lost, is what they were asked for. */
  #wantsNoQuestions(innerDc: DialogContext, said: string): boolean {
    const isAnswer = openStep(innerDc)?.name === 'reason' || lostWork(said);
    return !isAnswer && this.#options.isDistress?.(said) === true;
  }

  /** What was shown at the end is kept already. */
  protected override stopText(innerDc: DialogContext, stopped: 'cancelled' | 'put-off'): string {
    if (!isAsking(innerDc)) return texts.profileStays;
    return stopped === 'cancelled' ? this.cancelText : texts.putOff;
  }

  protected override whyText(innerDc: DialogContext): string {
    const step = openStep(innerDc);
    return step === undefined ? texts.whyIAsk : texts.whyIAskThis(step.why);
  }

  protected override async onReaction(
    innerDc: DialogContext,
    reaction: Reaction,
  ): Promise<DialogTurnResult | undefined> {
    const { context } = innerDc;
    const step = openStep(innerDc);
    const reply = replyToReaction(reaction, { step, isAsking: isAsking(innerDc) });
    if (reply !== undefined) return this.sayAndRepeat(innerDc, reply);
    if (step === undefined) return this.#onReactionToReview(innerDc, reaction);
    const { text } = context.activity;
    switch (reaction) {
      case 'declines':
        await context.sendActivity(leftOutText(step));
        return innerDc.continueDialog();
      case 'unclear':
        await context.sendActivity(stepQuestion(context, step, step.inOtherWords));
        return { status: DialogTurnStatus.waiting };
      case 'busy': {
        // "No time" tells how much time there is.
        const isAnswer = step.name === 'hoursPerWeek' && this.#read(step, text) !== undefined;
        return isAnswer ? undefined : this.stop(innerDc, 'put-off');
      }
      case 'enough':
      case 'back':
        return this.#endQuestions(innerDc);
      case 'about-answer':
        if (questionsOpen(innerDc)?.state.values.hasJustAnswered !== true)
          return this.sayAndRepeat(innerDc, texts.correctAtTheEnd);
        await this.#options.interruptions.ask(context, text);
        return this.repeat(innerDc);
      default:
        return super.onReaction(innerDc, reaction);
    }
  }

  /** To "What did I get wrong?" an objection is an answer. */
  async #onReactionToReview(
    innerDc: DialogContext,
    reaction: Reaction,
  ): Promise<DialogTurnResult | undefined> {
    switch (reaction) {
      case 'declines':
      case 'busy':
      case 'enough':
        return this.stop(innerDc, 'put-off');
      case 'unclear':
        if (innerDc.activeDialog?.id !== 'review-answer') return this.repeat(innerDc);
        await innerDc.context.sendActivity(
          reviewQuestion(innerDc.context, texts.profileCheckAgain),
        );
        return { status: DialogTurnStatus.waiting };
      default:
        return super.onReaction(innerDc, reaction);
    }
  }

  /** Shows what was understood so far; with nothing said there is nothing to show. */
  async #endQuestions(innerDc: DialogContext): Promise<DialogTurnResult> {
    const answers = answersSoFar(innerDc);
    if (Object.keys(answers).length === 0) return this.stop(innerDc, 'put-off');
    await innerDc.cancelAllDialogs();
    return innerDc.beginDialog('review', { answers });
  }

  /** What brought somebody here may itself be a question: it was answered, and counts as the answer. */
  protected override async afterQuestion(
    innerDc: DialogContext,
    text: string,
  ): Promise<DialogTurnResult> {
    const result =
      innerDc.activeDialog?.id === promptId('reason')
        ? await innerDc.continueDialog()
        : await super.afterQuestion(innerDc, text);
    const values = questionsOpen(innerDc)?.state.values;
    if (values !== undefined) values.hasJustAnswered = true;
    return result;
  }

  #promptFor(step: ProfileStep): TextPrompt {
    return new TextPrompt(promptId(step.name), async (prompt) => {
      const text = prompt.recognized.value ?? '';
      if (this.#read(step, text) !== undefined) return true;
      if (prompt.attemptCount >= mostTries) {
        await prompt.context.sendActivity(texts.leftOpen);
        return true;
      }
      const again = retryText(step, prompt.attemptCount);
      prompt.options.retryPrompt = stepQuestion(prompt.context, step, again);
      return false;
    });
  }

  #read(step: ProfileStep, text: string): ProfileAnswers | undefined {
    return step.read(text, this.#options.matchRole);
  }

  /** The form's fields read like spoken answers; one left empty or not understood leaves what was known. */
  #readForm(form: ProfileForm, known: ProfileAnswers): ProfileAnswers {
    let answers = known;
    for (const step of profileSteps) {
      const text = form[step.name]?.trim() ?? '';
      const read = text === '' ? undefined : this.#read(step, text.replaceAll('_', ' '));
      if (read !== undefined) answers = { ...withoutStep(answers, step.name), ...read };
    }
    return answers;
  }

  #questionSteps() {
    const asking = profileSteps.map((step, index) => async (waterfall: Step) => {
      const answers = this.#takeAnswer(waterfall, profileSteps[index - 1]);
      if (index === 1 && isJustAsking(String(waterfall.result))) {
        await waterfall.context.sendActivity(texts.justAsk);
        return waterfall.endDialog({});
      }
      Object.assign(waterfall.values, { answers, hasJustAnswered: false });
      if (index === 1 && this.#isHard(answers.reason ?? ''))
        await waterfall.context.sendActivity(texts.laidOff);
      const isFirst = index === 0;
      const prompt = stepQuestion(waterfall.context, step, step.question, isFirst);
      return waterfall.prompt(promptId(step.name), { prompt });
    });
    const last = async (waterfall: Step) => {
      const answers = this.#takeAnswer(waterfall, profileSteps.at(-1));
      return waterfall.replaceDialog('review', { answers });
    };
    return [...asking, last];
  }

  #isHard(reason: string): boolean {
    return lostWork(reason) || this.#options.isDistress?.(reason) === true;
  }

  #takeAnswer(waterfall: Step, asked: ProfileStep | undefined): ProfileAnswers {
    const answers = (waterfall.values as { answers?: ProfileAnswers }).answers ?? {};
    const read = asked && this.#read(asked, String(waterfall.result ?? ''));
    return { ...answers, ...read };
  }

  async #review(waterfall: Step): Promise<DialogTurnResult> {
    const { context } = waterfall;
    const answers = waterfall.options.answers ?? {};
    const { profiles, clock, logger, isUnderAge, interruptions } = this.#options;
    const age = Object.values(answers).find((answer) => isUnderAge?.(String(answer)));
    if (age !== undefined) {
      await interruptions.ask(context, String(age));
      return waterfall.endDialog({ isUnderAge: true } satisfies DialogOutcome);
    }
    const userId = userKeyOf(context.activity);
    const before = await tryToRead('profile', profiles.get(userId), logger);
    const { locale } = context.activity;
    await profiles.put(
      profileOf(answers, before === unread ? undefined : before, { userId, now: clock(), locale }),
    );
    await context.sendActivity(
      await cardMessage(context, 'profile', { facts: profileFacts(answers), buttons: [] }),
    );
    const prompt = reviewQuestion(context, texts.profileCheck);
    return waterfall.prompt('review-answer', { prompt });
  }

  async #afterReview(waterfall: Step): Promise<DialogTurnResult> {
    const answers = waterfall.options.answers ?? {};
    const said = String(waterfall.result);
    if (saysItIsRight(said)) {
      const { context } = waterfall;
      const starters = this.#options.suggestStarters();
      await context.sendActivity(buttonMessage(context, texts.profileDone, starters));
      return waterfall.endDialog({} satisfies DialogOutcome);
    }
    const correction = readCorrection(said, this.#options.matchRole);
    if (correction === undefined)
      return waterfall.replaceDialog('change', { answers, field: findStep(said)?.name });
    return waterfall.replaceDialog('review', {
      answers: { ...withoutStep(answers, correction.step), ...correction.answers },
    });
  }

  async #askForField(waterfall: Step): Promise<DialogTurnResult> {
    const { field } = waterfall.options as { field?: string };
    if (field !== undefined) return waterfall.next(field);
    const prompt = fieldQuestion(waterfall.context, texts.whichField);
    return waterfall.prompt('field-name', { prompt });
  }

  async #askForValue(waterfall: Step): Promise<DialogTurnResult> {
    const named = String(waterfall.result);
    const step = profileSteps.find(({ name }) => name === named) ?? findStep(named);
    if (step === undefined) {
      await waterfall.context.sendActivity(texts.profileStays);
      return waterfall.endDialog({});
    }
    (waterfall.values as { field?: string }).field = step.name;
    const prompt = stepQuestion(waterfall.context, step, step.question);
    return waterfall.prompt(promptId(step.name), { prompt });
  }

  async #afterChange(waterfall: Step): Promise<DialogTurnResult> {
    const { field } = waterfall.values as { field?: string };
    const step = profileSteps.find(({ name }) => name === field);
    const answers = waterfall.options.answers ?? {};
    if (step === undefined) return waterfall.endDialog({});
    const read = this.#read(step, String(waterfall.result));
    return waterfall.replaceDialog('review', {
      answers: read === undefined ? answers : { ...withoutStep(answers, step.name), ...read },
    });
  }
}
