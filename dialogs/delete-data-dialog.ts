import type { TurnContext } from 'botbuilder';
import type { DialogTurnResult, WaterfallStepContext } from 'botbuilder-dialogs';
import { TextPrompt } from 'botbuilder-dialogs/lib/prompts/textPrompt.js';
import { WaterfallDialog } from 'botbuilder-dialogs/lib/waterfallDialog.js';
import type { Logger } from 'pino';
import { capabilitiesOf, showsCards } from '#bot/capabilities.ts';
import { buttonMessage, cardMessage } from '#bot/card-message.ts';
import { bareWords } from '#bot/normalise-text.ts';
import { type PersonalData, personOf } from '#bot/personal-data.ts';
import { texts } from '#bot/texts.ts';
import { forgetTurn } from '#bot/turn-keys.ts';
import { sayButtonOf } from '#cards/card-data.ts';
import { InterruptibleDialog, type Interruptions } from './interruptible-dialog.ts';

export interface DeleteDataOptions {
  readonly interruptions: Interruptions;
  readonly personalData: PersonalData;
  readonly clock: () => Date;
  readonly logger: Pick<Logger, 'error' | 'info'>;
}

const confirmations =
  /^(y|yes|yep|yeah|yup|sure|ok|okay|confirm|confirmed|i confirm|do it|go ahead|delete|delete it|yes delete( it| everything| all| my data)?|yes please|ja|si|sí|oui|sim|tak)$/;

/** Says exactly what would go, asks once, deletes it and says when. Anything but a clear yes deletes nothing. */
export class DeleteDataDialog extends InterruptibleDialog {
  static readonly dialogId = 'delete-data';
  protected override readonly cancelText = texts.notDeleted;
  readonly #options: DeleteDataOptions;

  constructor(options: DeleteDataOptions) {
    super(DeleteDataDialog.dialogId, options.interruptions);
    this.#options = options;
    this.addDialog(new TextPrompt('confirmation'));
    this.addDialog(
      new WaterfallDialog('delete', [
        (step) => this.#askForConfirmation(step),
        (step) => this.#deleteWhenConfirmed(step),
      ]),
    );
    this.initialDialogId = 'delete';
  }

  protected override whyText(): string {
    return texts.whyConfirm;
  }

  /** "Yes, delete my data" must not begin the question anew. */
  protected override isAnswer(_innerDc: unknown, text: string): boolean {
    return confirmations.test(bareWords(text));
  }

  async #askForConfirmation(step: WaterfallStepContext): Promise<DialogTurnResult> {
    const { context } = step;
    const found = await this.#options.personalData.count(personOf(context.activity));
    const question = texts.deleteQuestion(found);
    return step.prompt('confirmation', { prompt: await confirmationMessage(context, question) });
  }

  async #deleteWhenConfirmed(step: WaterfallStepContext<object>): Promise<DialogTurnResult> {
    const { context } = step;
    if (!confirmations.test(bareWords(String(step.result)))) {
      await context.sendActivity(texts.notDeleted);
      return step.endDialog({});
    }
    const { personalData, clock, logger } = this.#options;
    try {
      await personalData.deleteAll(personOf(context.activity));
    } catch (error) {
      logger.error({ err: error }, 'personal data could not be deleted whole');
      await context.sendActivity(texts.deleteFailed);
      return step.endDialog({});
    }
    forgetTurn(context);
    logger.info('personal data was deleted on request');
    const [day, time] = clock().toISOString().split('T');
    await context.sendActivity(texts.deleted(`${time?.slice(0, 5)} UTC on ${day}`));
    return step.endDialog({});
  }
}

async function confirmationMessage(context: TurnContext, question: string) {
  if (!showsCards(capabilitiesOf(context)))
    return buttonMessage(context, question, [texts.deleteYes, texts.deleteNo]);
  return cardMessage(context, 'delete-confirm', {
    question,
    buttons: [sayButtonOf(texts.deleteYes), sayButtonOf(texts.deleteNo)],
  });
}
