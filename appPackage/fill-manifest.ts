/** What the manifest of one organisation's bot says that others' do not. */
export interface ManifestSettings {
  /** The bot's app id, which is the Teams app's id too. */
  readonly appId: string;
  /** Where people reach the server: https, without a trailing slash. */
  readonly publicUrl: string;
  readonly version: string;
  /** Who offers the bot, as Teams shows it. */
  readonly developer: string;
  readonly privacyUrl?: string | undefined;
  readonly termsUrl?: string | undefined;
}

export type Manifest = Readonly<Record<string, unknown>>;

/** Puts the settings into the manifest's template; throws where the template names one that there is not. */
export function fillManifest(template: string, settings: ManifestSettings): Manifest {
  const { publicUrl } = settings;
  const values: Readonly<Record<string, string>> = {
    ...settings,
    domain: new URL(publicUrl).host,
    privacyUrl: settings.privacyUrl ?? publicUrl,
    termsUrl: settings.termsUrl ?? publicUrl,
  };
  const filled = template.replace(/\{\{(\w+)\}\}/g, (_place, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The manifest's template names ${name}.`);
    return JSON.stringify(value).slice(1, -1);
  });
  return JSON.parse(filled) as Manifest;
}
