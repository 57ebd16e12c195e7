const loopbackHosts = new Set(['127.0.0.1', 'localhost', '::1']);

type Given = Readonly<Record<string, string | undefined>>;

/** Mistakes that no single setting shows, each with its cure. */
export function contradictionsIn(given: Given): string[] {
  return [...botFrameworkContradictions(given), ...modelContradictions(given)];
}

function botFrameworkContradictions(given: Given): string[] {
  const host = given['HOST'] ?? '127.0.0.1';
  if (given['MicrosoftAppId'] === undefined)
    return loopbackHosts.has(host)
      ? []
      : [
          `HOST: ${host} is reachable from other machines, but without MicrosoftAppId the bot accepts unsigned calls. Set MicrosoftAppId, or leave HOST at 127.0.0.1.`,
        ];
  if (given['MicrosoftAppType'] === 'UserAssignedMSI') return [];
  const mistakes: string[] = [];
  if (given['MicrosoftAppPassword'] === undefined)
    mistakes.push(
      'MicrosoftAppPassword: is needed with MicrosoftAppId, unless MicrosoftAppType is UserAssignedMSI.',
    );
  if (given['MicrosoftAppType'] !== 'MultiTenant' && given['MicrosoftAppTenantId'] === undefined)
    mistakes.push('MicrosoftAppTenantId: is needed for a single-tenant MicrosoftAppId.');
  return mistakes;
}

function modelContradictions(given: Given): string[] {
  const has = (...names: string[]) => names.some((name) => given[name] !== undefined);
  const openAi = {
    server: ['OPENAI_BASE_URL', 'OPENAI_API_KEY'],
    model: ['OPENAI_MODEL', 'OPENAI_EMBEDDING_MODEL'],
  };
  const azure = {
    server: ['AZURE_OPENAI_ENDPOINT'],
    model: ['AZURE_OPENAI_DEPLOYMENT', 'AZURE_OPENAI_EMBEDDING_DEPLOYMENT'],
  };
  const mistakes: string[] = [];
  if (has(...openAi.server) && !has(...openAi.model))
    mistakes.push(
      'OPENAI_MODEL: is needed with OPENAI_BASE_URL or OPENAI_API_KEY, for example OPENAI_MODEL=gpt-4o or, with Ollama, OPENAI_MODEL=llama3.1.',
    );
  if (has(...openAi.model) && !has(...openAi.server))
    mistakes.push(
      'OPENAI_BASE_URL or OPENAI_API_KEY: one of them is needed with OPENAI_MODEL, for example OPENAI_BASE_URL=http://127.0.0.1:11434/v1 for Ollama.',
    );
  if (has(...azure.server) && !has(...azure.model))
    mistakes.push(
      'AZURE_OPENAI_DEPLOYMENT: is needed with AZURE_OPENAI_ENDPOINT: the name of the deployment that writes the answers.',
    );
  if (has(...azure.model, 'AZURE_OPENAI_API_KEY') && !has(...azure.server))
    mistakes.push(
      'AZURE_OPENAI_ENDPOINT: is needed with the other AZURE_OPENAI settings, for example https://my-resource.openai.azure.com.',
    );
  if (has('OPENAI_MODEL') && has('AZURE_OPENAI_DEPLOYMENT'))
    mistakes.push(
      'OPENAI_MODEL and AZURE_OPENAI_DEPLOYMENT: only one model can write the answers; remove one of them.',
    );
  return mistakes;
}
