import type { TurnContext } from 'botbuilder';
import type { DialogContext, DialogTurnResult } from 'botbuilder-dialogs';
import { ComponentDialog } from 'botbuilder-dialogs/lib/componentDialog.js';
import { DialogTurnStatus } from 'botbuilder-dialogs/lib/dialog.js';
import { isShowCommand, type ShowCommand } from '#bot/command-replies.ts';
import { type CommandName, findCommand } from '#bot/commands.ts';
import { readsLikeQuestion } from '#bot/reads-like-question.ts';
import { texts } from '#bot/texts.ts';
import { type Reaction, readReaction } from './read-reaction.ts';

/** What a dialog can let happen in the middle of itself. */
export interface Interruptions {
  /** Answers a question to the mentor. */
  readonly ask: (context: TurnContext, text: string) => Promise<unknown>;
  /** Answers a command that only shows something. */
  readonly show: (context: TurnContext, command: ShowCommand) => Promise<void>;
  /** Whether somebody says that they are in danger: then nothing else matters. */
  readonly isCrisis: (text: string) => boolean;
}

/** How a dialog ends: with a command to go on with, or with nothing more to do. */
export interface DialogOutcome {
  /** Whether somebody too young said so. */
  readonly isUnderAge?: true;
  readonly nextCommand?: CommandName;
}

/**
 * A dialog that people may interrupt at every step: a question is answered and the open prompt repeated, a command that shows
 * something likewise; any other command ends the dialog and is carried out after it. Whoever asks why, does not follow or
 * wants to do it another time is answered as such.
 */
export abstract class InterruptibleDialog extends ComponentDialog {
  readonly #interruptions: Interruptions;

  constructor(id: string, interruptions: Interruptions) {
    super(id);
    this.#interruptions = interruptions;
  }

  /** What `cancel` says here. */
  protected abstract readonly cancelText: string;

  /** What is said to whoever stops here, for good or for now. */
  protected stopText(_innerDc: DialogContext, _stopped: 'cancelled' | 'put-off'): string {
    return this.cancelText;
  }

  /** What is said to whoever asks why this is asked. */
  protected whyText(_innerDc: DialogContext): string {
    return texts.whyIAsk;
  }

  /** How the dialog goes on after a question was answered: by repeating its prompt. */
  protected async afterQuestion(innerDc: DialogContext, _text: string): Promise<DialogTurnResult> {
    return this.repeat(innerDc);
  }

  /** Whether these words, though they could be a command or a question, answer what the dialog asked. */
  protected isAnswer(_innerDc: DialogContext, _text: string): boolean {
    return false;
  }

  protected override async onContinueDialog(innerDc: DialogContext): Promise<DialogTurnResult> {
    const { context } = innerDc;
    const text = context.activity.text ?? '';
    const { ask, isCrisis } = this.#interruptions;
    if (text === '') return super.onContinueDialog(innerDc);
    if (isCrisis(text)) return this.leaveToMentor(innerDc);
    if (this.isAnswer(innerDc, text)) return super.onContinueDialog(innerDc);
    const command = findCommand(text);
    if (command !== undefined) return this.#onCommand(innerDc, command);
    const reaction = readReaction(text);
    const reacted = reaction && (await this.onReaction(innerDc, reaction));
    if (reacted) return reacted;
    if (readsLikeQuestion(text)) {
      await ask(context, text);
      return this.afterQuestion(innerDc, text);
    }
    return super.onContinueDialog(innerDc);
  }

  /** Answers what somebody does about being asked; `undefined` leaves it to the open prompt. */
  protected async onReaction(
    innerDc: DialogContext,
    reaction: Reaction,
  ): Promise<DialogTurnResult | undefined> {
    const { context } = innerDc;
    switch (reaction) {
      case 'why':
        return this.sayAndRepeat(innerDc, this.whyText(innerDc));
      case 'unclear':
        return this.repeat(innerDc);
      case 'about-mentor':
        await this.#interruptions.ask(context, context.activity.text);
        return this.repeat(innerDc);
      case 'later':
        return this.stop(innerDc, 'put-off');
      default:
        return undefined;
    }
  }

  /** Says it, and then once more what is open. */
  protected async sayAndRepeat(innerDc: DialogContext, text: string): Promise<DialogTurnResult> {
    await innerDc.context.sendActivity(text);
    return this.repeat(innerDc);
  }

  /** Asks once more what is open. */
  protected async repeat(innerDc: DialogContext): Promise<DialogTurnResult> {
    await innerDc.repromptDialog();
    return { status: DialogTurnStatus.waiting };
  }

  /** Has the mentor answer what was said, adds a last word where there is one, and ends the dialog. */
  protected async leaveToMentor(
    innerDc: DialogContext,
    { lastWord, outcome }: { readonly lastWord?: string; readonly outcome?: DialogOutcome } = {},
  ): Promise<DialogTurnResult> {
    const { context } = innerDc;
    await this.#interruptions.ask(context, context.activity.text ?? '');
    if (lastWord !== undefined) await context.sendActivity(lastWord);
    return end(innerDc, outcome);
  }

  /** Says what becomes of it, and ends the dialog. */
  protected async stop(
    innerDc: DialogContext,
    stopped: 'cancelled' | 'put-off',
  ): Promise<DialogTurnResult> {
    await innerDc.context.sendActivity(this.stopText(innerDc, stopped));
    return end(innerDc);
  }

  async #onCommand(innerDc: DialogContext, command: CommandName): Promise<DialogTurnResult> {
    if (isShowCommand(command)) {
      await this.#interruptions.show(innerDc.context, command);
      return this.repeat(innerDc);
    }
    if (command !== 'cancel') return end(innerDc, { nextCommand: command });
    return this.stop(innerDc, 'cancelled');
  }
}

async function end(innerDc: DialogContext, outcome: DialogOutcome = {}): Promise<DialogTurnResult> {
  await innerDc.cancelAllDialogs();
  return { status: DialogTurnStatus.complete, result: outcome };
}
