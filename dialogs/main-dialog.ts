import type { TurnContext } from 'botbuilder';
import type { DialogContext, DialogTurnResult } from 'botbuilder-dialogs';
import { ComponentDialog } from 'botbuilder-dialogs/lib/componentDialog.js';
import { DialogTurnStatus } from 'botbuilder-dialogs/lib/dialog.js';
import type { Ask } from '#bot/answer-turn.ts';
import { capabilitiesOf, showsCards } from '#bot/capabilities.ts';
import { buttonMessage, cardMessage } from '#bot/card-message.ts';
import { isShowCommand } from '#bot/command-replies.ts';
import { type CommandName, findCommand, isPersonal } from '#bot/commands.ts';
import type { FeedbackHandling } from '#bot/feedback.ts';
import { readSmallTalk, type SmallTalk, smallTalkReply } from '#bot/small-talk.ts';
import { type TalkStateAccessor, talkOf } from '#bot/talk-state.ts';
import { texts } from '#bot/texts.ts';
import { tryToRead } from '#bot/try-to-read.ts';
import { isGroup, userKeyOf } from '#bot/turn-keys.ts';
import { type CardSubmit, cardSubmit } from '#cards/card-data.ts';
import type { Answer } from '#mentor/answer.ts';
import { DeleteDataDialog, type DeleteDataOptions } from './delete-data-dialog.ts';
import type { DialogOutcome, Interruptions } from './interruptible-dialog.ts';
import { InterviewDialog, type InterviewDialogOptions } from './interview-dialog.ts';
import { answersOf, profileFormData } from './profile-answers.ts';
import {
  ProfileDialog,
  type ProfileDialogOptions,
  type ProfileDialogStart,
} from './profile-dialog.ts';
import { asksForForm } from './profile-questions.ts';
import {
  RoadmapDialog,
  type RoadmapDialogOptions,
  type RoadmapDialogStart,
} from './roadmap-dialog.ts';

export interface MainDialogOptions
  extends Omit<ProfileDialogOptions, 'interruptions' | 'isDistress' | 'logger'>,
    Omit<DeleteDataOptions, 'interruptions'>,
    Omit<RoadmapDialogOptions, 'interruptions' | 'logger'>,
    Omit<InterviewDialogOptions, 'interruptions' | 'logger'> {
  readonly ask: Ask;
  readonly show: Interruptions['show'];
  readonly isCrisis: Interruptions['isCrisis'];
  readonly feedback: FeedbackHandling;
  readonly talkState: TalkStateAccessor;
}

/** Routes a message: to the dialog that is open, else to a command, to small talk, or to the mentor. */
export class MainDialog extends ComponentDialog {
  static readonly dialogId = 'main';
  readonly #options: MainDialogOptions;

  constructor(options: MainDialogOptions) {
    super(MainDialog.dialogId);
    this.#options = options;
    const { ask, show, isCrisis } = options;
    const interruptions: Interruptions = {
      ask: (context, text) => ask(context, text, { suggestFollowUps: false }),
      show,
      isCrisis,
    };
    const isDistress = options.interview.isDistress;
    this.addDialog(new ProfileDialog({ ...options, isDistress, interruptions }));
    this.addDialog(new DeleteDataDialog({ ...options, interruptions }));
    this.addDialog(new RoadmapDialog({ ...options, interruptions }));
    this.addDialog(new InterviewDialog({ ...options, interruptions }));
  }

  protected override onBeginDialog(innerDc: DialogContext): Promise<DialogTurnResult> {
    return this.#route(innerDc);
  }

  protected override async onContinueDialog(innerDc: DialogContext): Promise<DialogTurnResult> {
    const result = await innerDc.continueDialog();
    const outcome = result.result as DialogOutcome | undefined;
    if (outcome?.isUnderAge)
      (await talkOf(this.#options.talkState, innerDc.context)).isUnderAge = true;
    if (outcome?.nextCommand !== undefined) return this.#runCommand(innerDc, outcome.nextCommand);
    return result.status === DialogTurnStatus.empty ? this.#route(innerDc) : result;
  }

  async #route(innerDc: DialogContext): Promise<DialogTurnResult> {
    const { context } = innerDc;
    const submitted = cardSubmit.safeParse(context.activity.value).data;
    if (submitted?.command === 'save-profile') return this.#saveForm(innerDc, submitted);
    const text = context.activity.text ?? '';
    if (this.#options.isCrisis(text)) {
      await this.#options.ask(context, text);
      return done;
    }
    const command = findCommand(text);
    if (command !== undefined) return this.#runCommand(innerDc, command);
    if (asksForForm(context)) return this.#showForm(context);
    if (await this.#options.feedback.takeReason(context, text)) return done;
    const smallTalk = readSmallTalk(text);
    if (smallTalk !== undefined) return this.#answerSmallTalk(innerDc, smallTalk);
    await this.#answerQuestion(context, text);
    return done;
  }

  /** A form that somebody forwarded into a group, or filled in there, is nobody else's to read. */
  async #saveForm(
    innerDc: DialogContext,
    form: Extract<CardSubmit, { command: 'save-profile' }>,
  ): Promise<DialogTurnResult> {
    if (!isGroup(innerDc.context.activity))
      return this.#beginProfile(innerDc, { begin: 'form', form });
    await innerDc.context.sendActivity(texts.onlyOneToOne);
    return done;
  }

  async #runCommand(innerDc: DialogContext, command: CommandName): Promise<DialogTurnResult> {
    const { context } = innerDc;
    if (isGroup(context.activity) && isPersonal(command)) {
      await context.sendActivity(texts.onlyOneToOne);
      return done;
    }
    if (isShowCommand(command)) {
      await this.#options.show(context, command);
      const isUnknown = command === 'profile' && !(await this.#hasProfile(context));
      return isUnknown ? this.#beginProfile(innerDc, { begin: 'questions' }) : done;
    }
    switch (command) {
      case 'edit profile': {
        const begin = (await this.#hasProfile(context)) ? 'change' : 'questions';
        return this.#beginProfile(innerDc, { begin });
      }
      case 'start over':
        await context.sendActivity(texts.startedOver);
        return this.#beginProfile(innerDc, { begin: 'questions' });
      case 'roadmap': {
        const talk = await talkOf(this.#options.talkState, context);
        const start: RoadmapDialogStart = { offersProfile: talk.isUnderAge !== true };
        return innerDc.beginDialog(RoadmapDialog.dialogId, start);
      }
      case 'interview':
        return innerDc.beginDialog(InterviewDialog.dialogId);
      case 'delete my data':
        return innerDc.beginDialog(DeleteDataDialog.dialogId);
      case 'cancel':
        await context.sendActivity(texts.nothingToCancel);
        return done;
    }
  }

  async #answerSmallTalk(innerDc: DialogContext, talk: SmallTalk): Promise<DialogTurnResult> {
    const { context } = innerDc;
    const state = await talkOf(this.#options.talkState, context);
    const timesBefore = state.smallTalk?.[talk] ?? 0;
    state.smallTalk = { ...state.smallTalk, [talk]: timesBefore + 1 };
    if (talk !== 'greeting' || isGroup(context.activity)) {
      await context.sendActivity(smallTalkReply(talk, timesBefore));
      return done;
    }
    if (!(await this.#hasProfile(context)))
      return this.#beginProfile(innerDc, { begin: 'questions' });
    const { helloAgain } = texts;
    const hello = helloAgain[timesBefore % helloAgain.length] ?? helloAgain[0];
    await context.sendActivity(buttonMessage(context, hello, this.#options.suggestStarters()));
    return done;
  }

  /** The answer comes first; only then, and once, the offer to tell something about oneself. */
  async #answerQuestion(context: TurnContext, text: string): Promise<void> {
    const talk = await talkOf(this.#options.talkState, context);
    const mayOffer =
      talk.profileOffered !== true &&
      !isGroup(context.activity) &&
      !(await this.#hasProfile(context));
    const answer = await this.#options.ask(context, text, {
      suggestFollowUps: mayOffer ? 'in-next-message' : true,
    });
    if (!mayOffer || answer === undefined || answer.writtenBy === 'fixed') return;
    // A child is asked nothing about themselves.
    if (answer.sessionOnly) return;
    talk.profileOffered = true;
    await context.sendActivity(offerMessage(context, answer));
  }

  /** The form alone opens no dialog: what it brings begins one. */
  async #showForm(context: TurnContext): Promise<DialogTurnResult> {
    const talk = await talkOf(this.#options.talkState, context);
    if (isGroup(context.activity)) await context.sendActivity(texts.onlyOneToOne);
    else if (talk.isUnderAge === true) await context.sendActivity(texts.noProfileOfTheYoung);
    else {
      const profile = await this.#options.profiles.get(userKeyOf(context.activity));
      const form = profileFormData(profile === undefined ? {} : answersOf(profile));
      await context.sendActivity(await cardMessage(context, 'profile-form', form));
    }
    return done;
  }

  async #beginProfile(
    innerDc: DialogContext,
    start: ProfileDialogStart,
  ): Promise<DialogTurnResult> {
    const talk = await talkOf(this.#options.talkState, innerDc.context);
    if (talk.isUnderAge !== true) return innerDc.beginDialog(ProfileDialog.dialogId, start);
    await innerDc.context.sendActivity(texts.noProfileOfTheYoung);
    return done;
  }

  /** While it cannot be read, nobody is asked again for what they may have told. */
  async #hasProfile(context: TurnContext): Promise<boolean> {
    const { profiles, logger } = this.#options;
    const reading = profiles.get(userKeyOf(context.activity));
    return (await tryToRead('profile', reading, logger)) !== undefined;
  }
}

const done: DialogTurnResult = { status: DialogTurnStatus.complete };

/** Without cards the follow-ups are buttons too, and only the last message's buttons show. */
function offerMessage(context: TurnContext, answer: Answer) {
  const hasCards = showsCards(capabilitiesOf(context));
  const words = [
    ...(hasCards ? [] : answer.followUps),
    texts.profileOfferYes,
    texts.profileOfferNo,
  ];
  return buttonMessage(context, texts.profileOffer, words);
}
