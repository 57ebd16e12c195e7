import type { TurnContext } from 'botbuilder';
import {
  ComponentDialog,
  type DialogContext,
  type DialogTurnResult,
  DialogTurnStatus,
} from 'botbuilder-dialogs';
import { isShowCommand, type ShowCommand } from '#bot/command-replies.ts';
import { type CommandName, findCommand } from '#bot/commands.ts';
import { asksWhy, readsLikeQuestion } from '#bot/reads-like-question.ts';
import { texts } from '#bot/texts.ts';

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
 * something likewise; any other command ends the dialog and is carried out after it.
 */
export abstract class InterruptibleDialog extends ComponentDialog {
  readonly #interruptions: Interruptions;

  constructor(id: string, interruptions: Interruptions) {
    super(id);
    this.#interruptions = interruptions;
  }

  /** What `cancel` says here. */
  protected abstract readonly cancelText: string;

  /** How the dialog goes on after a question was answered: by repeating its prompt. */
  protected async afterQuestion(innerDc: DialogContext, _text: string): Promise<DialogTurnResult> {
    return repeatPrompt(innerDc);
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
    if (isCrisis(text)) {
      await ask(context, text);
      return end(innerDc);
    }
    if (this.isAnswer(innerDc, text)) return super.onContinueDialog(innerDc);
    const command = findCommand(text);
    if (command !== undefined) return this.#onCommand(innerDc, command);
    if (asksWhy(text)) {
      await context.sendActivity(texts.whyIAsk);
      return repeatPrompt(innerDc);
    }
    if (readsLikeQuestion(text)) {
      await ask(context, text);
      return this.afterQuestion(innerDc, text);
    }
    return super.onContinueDialog(innerDc);
  }

  async #onCommand(innerDc: DialogContext, command: CommandName): Promise<DialogTurnResult> {
    if (isShowCommand(command)) {
      await this.#interruptions.show(innerDc.context, command);
      return repeatPrompt(innerDc);
    }
    if (command !== 'cancel') return end(innerDc, { nextCommand: command });
    await innerDc.context.sendActivity(this.cancelText);
    return end(innerDc);
  }
}

async function repeatPrompt(innerDc: DialogContext): Promise<DialogTurnResult> {
  await innerDc.repromptDialog();
  return { status: DialogTurnStatus.waiting };
}

async function end(innerDc: DialogContext, outcome: DialogOutcome = {}): Promise<DialogTurnResult> {
  await innerDc.cancelAllDialogs();
  return { status: DialogTurnStatus.complete, result: outcome };
}
