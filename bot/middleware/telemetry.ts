import type { Activity, Middleware } from 'botbuilder';
import type { Telemetry, UserType } from '#services/telemetry/port.ts';

/** Reports every turn with its channel, how long it took and how it ended; of its words, nothing. */
export function createTelemetryMiddleware(telemetry: Telemetry): Middleware {
  return {
    onTurn(context, next) {
      const { channelId: channel, type: activityType } = context.activity;
      context.onSendActivities((_context, activities, send) =>
        telemetry.send(channel, activities.length, send),
      );
      return telemetry.turn(
        { channel, activityType, userType: userTypeOf(context.activity) },
        next,
      );
    },
  };
}

/** Entra ID names whoever signed in with it; so does the web chat's own id for people who did. */
function userTypeOf({ from }: Activity): UserType {
  const isSignedIn = from?.aadObjectId !== undefined || from?.id?.startsWith('dl_user-') === true;
  return isSignedIn ? 'signed-in' : 'anonymous';
}
