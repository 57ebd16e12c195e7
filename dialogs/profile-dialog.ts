import type { Activity, TurnContext } from 'botbuilder';
import {
  type DialogContext,
  type DialogTurnResult,
  DialogTurnStatus,
  TextPrompt,
  WaterfallDialog,
  type WaterfallStepContext,
} from 'botbuilder-dialogs';
import type { Logger } from 'pino';
import { capabilitiesOf, showsCards } from '#bot/capabilities.ts';
import { buttonMessage, cardMessage } from '#bot/card-message.ts';
import { bareWords } from '#bot/normalise-text.ts';
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
import {
  findStep,
  isSkip,
  type MatchRole,
  type ProfileStep,
  profileSteps,
  retryText,
} from './profile-steps.ts';
import { readCorrection } from './read-correction.ts';

export interface ProfileDialogOptions {
  readonly interruptions: Interruptions;
  readonly profiles: ProfileStore;
  readonly matchRole: MatchRole;
  readonly suggestStarters: () => readonly string[];
  /** Whether somebody says that they are too young to be asked about themselves. */
  readonly isUnderAge?: ((text: string) => boolean) | undefined;
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

  protected override async onContinueDialog(innerDc: DialogContext): Promise<DialogTurnResult> {
    const { context } = innerDc;
    const said = context.activity.text ?? '';
    if (this.#options.isUnderAge?.(said)) {
      await this.#options.interruptions.ask(context, said);
      await innerDc.cancelAllDialogs();
      const outcome: DialogOutcome = { isUnderAge: true };
      return { status: DialogTurnStatus.complete, result: outcome };
    }
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

  /** What brought somebody here may itself be a question: it was answered, and counts as the answer. */
  protected override async afterQuestion(
    innerDc: DialogContext,
    text: string,
  ): Promise<DialogTurnResult> {
    if (innerDc.activeDialog?.id === promptId('reason')) return innerDc.continueDialog();
    return super.afterQuestion(innerDc, text);
  }

  #promptFor(step: ProfileStep): TextPrompt {
    return new TextPrompt(promptId(step.name), async (prompt) => {
      const text = prompt.recognized.value ?? '';
      if (this.#read(step, text) !== undefined) return true;
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
      if (index === 1 && isJustAsking(waterfall.result)) {
        await waterfall.context.sendActivity(texts.justAsk);
        return waterfall.endDialog({});
      }
      (waterfall.values as { answers?: ProfileAnswers }).answers = answers;
      if (index === 1 && /\blaid off\b/i.test(answers.reason ?? ''))
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
    const prompt = buttonMessage(context, texts.profileCheck, [
      texts.looksRight,
      texts.changeSomething,
    ]);
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
    if (step === undefined) return waterfall.endDialog({});
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
      answers: { ...withoutStep(answers, step.name), ...read },
    });
  }
}

function promptId(step: ProfileStep['name']): string {
  return `ask-${step}`;
}

function stepQuestion(
  context: TurnContext,
  step: ProfileStep,
  text: string,
  offersForm = false,
): Partial<Activity> {
  const hasForm = offersForm && showsCards(capabilitiesOf(context));
  return buttonMessage(context, text, [
    ...step.choices,
    ...(step.choices.includes('Not sure') ? [] : [texts.skip]),
    ...(hasForm ? [texts.fillForm] : []),
  ]);
}

function fieldQuestion(context: TurnContext, text: string): Partial<Activity> {
  const hasForm = showsCards(capabilitiesOf(context));
  return buttonMessage(context, text, [
    ...profileSteps.map(({ label }) => label),
    ...(hasForm ? [texts.fillForm] : []),
  ]);
}

/** Whether the message asks for the form, in a channel that has one. */
export function asksForForm(context: TurnContext): boolean {
  const words = bareWords(context.activity.text ?? '');
  const wantsForm = /^(fill (in|out) (a|the) form|(use |show |open )?(a |the )?form)$/.test(words);
  return wantsForm && showsCards(capabilitiesOf(context));
}

/** What the open waterfall has gathered, for a form that comes in the middle of it. */
function answersSoFar(innerDc: DialogContext): ProfileAnswers {
  for (const { state } of innerDc.stack) {
    const answers = state?.values?.answers ?? state?.options?.answers;
    if (answers) return answers as ProfileAnswers;
  }
  return {};
}

function isJustAsking(answer: unknown): boolean {
  return /^(just )?(a |one |have a )?(quick )?question$/.test(bareWords(String(answer)));
}

/** To "What did I get wrong?" a no is good news. */
function saysItIsRight(text: string): boolean {
  return (
    isSkip(text) ||
    /^((it |that |this |all |everything )?(looks|is|seems|sounds)? ?(right|good|correct|fine|ok|okay|perfect|great)( thanks| thank you)?|yes|yep|yeah|no|nope|nothing|nothing wrong|none|all good|thanks?|thank you|cool|nice|done)$/.test(
      bareWords(text),
    )
  );
}
