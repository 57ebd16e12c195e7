import answer from './answer.json' with { type: 'json' };
import { type CardData, type CardName, cardSchemas } from './card-data.ts';
import { cardText } from './card-text.ts';
import deleteConfirm from './delete-confirm.json' with { type: 'json' };
import feedbackReason from './feedback-reason.json' with { type: 'json' };
import help from './help.json' with { type: 'json' };
import history from './history.json' with { type: 'json' };
import profile from './profile.json' with { type: 'json' };
import profileForm from './profile-form.json' with { type: 'json' };
import roadmap from './roadmap.json' with { type: 'json' };
import source from './source.json' with { type: 'json' };
import sourceList from './source-list.json' with { type: 'json' };
import sources from './sources.json' with { type: 'json' };

export type CardVersion = '1.5' | '1.6';

/** An Adaptive Card as it goes into an attachment's content. */
export interface RenderedCard {
  readonly type: 'AdaptiveCard';
  readonly $schema: string;
  readonly version: CardVersion;
  readonly fallbackText: string;
  readonly body: readonly Record<string, unknown>[];
}

const templates: Readonly<Record<CardName, { readonly body: readonly object[] }>> = {
  answer,
  sources,
  profile,
  'profile-form': profileForm,
  history,
  help,
  'delete-confirm': deleteConfirm,
  'feedback-reason': feedbackReason,
  roadmap,
};

/** Elements that several cards share, put where a template, or another part, names them as a `CardPart`. */
const parts: Readonly<Record<string, readonly object[]>> = { source, 'source-list': sourceList };

interface CardTemplate {
  expand(context: { readonly $root: unknown }): { body: Record<string, unknown>[] };
}

interface TemplateEngine {
  readonly Template: new (payload: object) => CardTemplate;
}

/** As a mere string, since the package's own types pull in TypeScript sources that do not compile with our settings. */
const templateEngine: string = 'adaptivecards-templating';

const compiled = new Map<CardName, CardTemplate>();

/**
 * Renders a card for a renderer of the given version; throws a ZodError where the data does not fit the card. The templates
 * keep to what both versions render alike, which rules `Action.Execute` out: Web Chat drops it (WebChat#3844).
 */
export async function renderCard<Name extends CardName>(
  name: Name,
  data: CardData<Name>,
  version: CardVersion,
): Promise<RenderedCard> {
  const checked = cardSchemas[name].parse(data) as CardData<Name>;
  const template = await compile(name);
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version,
    fallbackText: cardText[name](checked),
    body: template.expand({ $root: checked }).body,
  };
}

/** Loads the template engine ahead of the first card, which would otherwise wait for it about 0.3 s. */
export async function prepareCards(): Promise<void> {
  for (const name of Object.keys(templates) as CardName[]) await compile(name);
}

async function compile(name: CardName): Promise<CardTemplate> {
  const known = compiled.get(name);
  if (known) return known;
  const { Template } = (await import(templateEngine)) as TemplateEngine;
  const body = withParts(templates[name].body);
  const template = new Template({ type: 'AdaptiveCard', body });
  compiled.set(name, template);
  return template;
}

/** A piece of a template with the elements of each part in the part's place. */
function withParts(piece: unknown): unknown {
  if (Array.isArray(piece))
    return piece.flatMap((item) => withParts(item?.type === 'CardPart' ? parts[item.name] : item));
  if (typeof piece !== 'object' || piece === null) return piece;
  return Object.fromEntries(Object.entries(piece).map(([key, value]) => [key, withParts(value)]));
}
