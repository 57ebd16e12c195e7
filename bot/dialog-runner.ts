import type { ConversationState, StatePropertyAccessor, TurnContext } from 'botbuilder';
import type { DialogContext, DialogState } from 'botbuilder-dialogs';
import { DialogTurnStatus } from 'botbuilder-dialogs/lib/dialog.js';
import { DialogSet } from 'botbuilder-dialogs/lib/dialogSet.js';
import type { Logger } from 'pino';
import { MainDialog, type MainDialogOptions } from '#dialogs/main-dialog.ts';
import { texts } from './texts.ts';

/**
 * Version of what the dialogs keep between turns. Raise it when a dialog's steps, prompts or answers change their names or
 * order: a dialog that was open then ends with a friendly line instead of going on at the wrong place.
 */
export const dialogVersion = 1;

interface VersionedDialogs extends DialogState {
  version?: number;
}

export interface DialogRunner {
  /** Lets the open dialog, or where none is open the main one, have the message. */
  run(context: TurnContext): Promise<void>;
  /** Repeats the open dialog's question; resolves to whether there was one. */
  repeatQuestion(context: TurnContext): Promise<boolean>;
  isOpen(context: TurnContext): Promise<boolean>;
  /** Ends whatever dialog is open, without a word. */
  clear(context: TurnContext): Promise<void>;
}

export interface DialogRunnerOptions {
  readonly conversationState: ConversationState;
  readonly main: MainDialogOptions;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Runs the dialogs on the conversation's state; saving it is for whoever runs the turn. */
export function createDialogRunner({
  conversationState,
  main,
  logger,
}: DialogRunnerOptions): DialogRunner {
  const accessor: StatePropertyAccessor<VersionedDialogs> =
    conversationState.createProperty('dialogs');
  const dialogs = new DialogSet(accessor).add(new MainDialog(main));
  const open = async (context: TurnContext): Promise<DialogContext> => {
    const state = await accessor.get(context, { dialogStack: [], version: dialogVersion });
    const isEmpty = !state?.dialogStack?.length;
    if (state && (isEmpty || !Array.isArray(state.dialogStack))) {
      state.dialogStack = [];
      state.version = dialogVersion;
    }
    return dialogs.createContext(context);
  };
  const isFromOlderVersion = async (context: TurnContext) => {
    const state = await accessor.get(context);
    return state !== undefined && state.version !== dialogVersion && state.dialogStack?.length > 0;
  };
  const clear = async (context: TurnContext) => {
    await accessor.set(context, { dialogStack: [], version: dialogVersion });
  };

  return {
    async run(context) {
      if (await isFromOlderVersion(context)) {
        logger.warn({ dialogVersion }, 'an open dialog of another version was ended');
        await clear(context);
        await context.sendActivity(texts.couldNotContinue);
      }
      const dialogContext = await open(context);
      const result = await dialogContext.continueDialog();
      if (result.status === DialogTurnStatus.empty)
        await dialogContext.beginDialog(MainDialog.dialogId);
    },
    async repeatQuestion(context) {
      const dialogContext = await open(context);
      if (dialogContext.activeDialog === undefined) return false;
      await dialogContext.repromptDialog();
      return true;
    },
    async isOpen(context) {
      return (await open(context)).activeDialog !== undefined;
    },
    clear,
  };
}
