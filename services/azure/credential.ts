import { DefaultAzureCredential, type TokenCredential } from '@azure/identity';

/**
 * The identity that the program runs under: a managed identity in Azure (`AZURE_CLIENT_ID` picks one of several), a service
 * principal from the environment, or whoever signed in with `az login`. Make one and share it: it keeps the tokens.
 */
export function createAzureCredential(): TokenCredential {
  return new DefaultAzureCredential();
}
