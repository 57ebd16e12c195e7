import type { LoggedActivity } from '#services/activity-log/port.ts';
import type { FileStore } from './files.ts';
import type { PublicAddress } from './origins.ts';
import type { ActivitySet } from './protocol.ts';

interface LinkedFile {
  readonly contentUrl?: unknown;
}

/** Gives an activity's kept files addresses that are good for now; everything else stays as it is. */
export function presentActivity(
  activity: LoggedActivity,
  files: FileStore,
  address: PublicAddress,
): LoggedActivity {
  const attachments = activity['attachments'];
  if (!Array.isArray(attachments)) return activity;
  return {
    ...activity,
    attachments: attachments.map((attachment: LinkedFile) =>
      typeof attachment.contentUrl === 'string'
        ? { ...attachment, contentUrl: files.toUrl(attachment.contentUrl, address) }
        : attachment,
    ),
  };
}

/** The same for everything that a client receives at once. */
export function presentActivitySet(
  { activities, watermark }: ActivitySet,
  files: FileStore,
  address: PublicAddress,
): ActivitySet {
  return {
    activities: activities.map((activity) => presentActivity(activity, files, address)),
    watermark,
  };
}
