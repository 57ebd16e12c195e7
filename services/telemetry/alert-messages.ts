import type { AlertNotice } from './alerts.ts';
import type { Alert } from './port.ts';

const noticeWords: Readonly<Record<AlertNotice, string>> = {
  fired: 'Alert',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
};

export interface AlertMessage {
  readonly notice: AlertNotice;
  readonly alert: Alert;
  /** Where the dashboard is. */
  readonly dashboardUrl: string;
}

/** One line of plain words. */
function lineOf({ notice, alert }: AlertMessage): string {
  return `${noticeWords[notice]}: ${alert.title} (${alert.severity})`;
}

function factsOf({ alert }: AlertMessage): readonly (readonly [string, string])[] {
  const { metric, value, comparison, threshold, startedAt, resolvedAt } = alert;
  return [
    ['Measured', `${metric} = ${Math.round(value * 1_000) / 1_000}`],
    ['Limit', `${comparison} ${threshold}`],
    ['Since', startedAt],
    ...(resolvedAt === undefined ? [] : [['Until', resolvedAt] as const]),
  ];
}

/** For programs: the alert as the API gives it. */
export function webhookBody(message: AlertMessage): object {
  const { notice, alert, dashboardUrl } = message;
  return {
    type: `alert.${notice}`,
    timestamp: new Date().toISOString(),
    data: { alert, dashboardUrl },
  };
}

/** For a Teams workflow: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using */
export function teamsBody(message: AlertMessage): object {
  const colours = { fired: 'attention', acknowledged: 'warning', resolved: 'good' } as const;
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.5',
          body: [
            {
              type: 'TextBlock',
              text: lineOf(message),
              weight: 'bolder',
              wrap: true,
              color: colours[message.notice],
            },
            {
              type: 'FactSet',
              facts: factsOf(message).map(([title, value]) => ({ title, value })),
            },
          ],
          actions: [
            { type: 'Action.OpenUrl', title: 'Open the dashboard', url: message.dashboardUrl },
          ],
        },
      },
    ],
  };
}

/** For a Slack incoming webhook: https://api.slack.com/messaging/webhooks */
export function slackBody(message: AlertMessage): object {
  const text = lineOf(message);
  return {
    text,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: text.slice(0, 150) } },
      {
        type: 'section',
        fields: factsOf(message).map(([title, value]) => ({
          type: 'mrkdwn',
          text: `*${title}*\n${value}`,
        })),
      },
      {
        type: 'context',
        elements: [{ type: 'mrkdwn', text: `<${message.dashboardUrl}|Open the dashboard>` }],
      },
    ],
  };
}
