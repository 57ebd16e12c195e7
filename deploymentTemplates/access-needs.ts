/** Who needs which role on what, and why. The check refuses a role that is missing here, and a need that has no role. */
export interface AccessNeed {
  /** Parameter of access.json that holds the principal. */
  readonly who: 'programPrincipalId' | 'deployerPrincipalId' | 'administratorsGroupId';
  readonly role: string;
  readonly roleId: string;
  /** Type of the resource, and no more than it. */
  readonly on: string;
  readonly why: string;
  /** File of this project that needs it. */
  readonly neededBy: string;
  /** Package whose calls need it; every package that calls Azure with the identity is named by some need. */
  readonly package?: string;
}

export const accessNeeds: readonly AccessNeed[] = [
  {
    who: 'programPrincipalId',
    role: 'AcrPull',
    roleId: '7f951dda-4ed3-4680-a7ca-43fe172d538d',
    on: 'Microsoft.ContainerRegistry/registries',
    why: 'Container Apps pulls the image as this identity.',
    neededBy: 'deploymentTemplates/modules/container-app.json',
  },
  {
    who: 'programPrincipalId',
    role: 'Key Vault Secrets User',
    roleId: '4633458b-17de-408a-b874-0445c86b69e6',
    on: 'Microsoft.KeyVault/vaults',
    why: 'Reads the secrets that no identity can replace, at start.',
    neededBy: 'services/secrets/azure-key-vault.ts',
    package: '@azure/keyvault-secrets',
  },
  {
    who: 'programPrincipalId',
    role: 'Cognitive Services OpenAI User',
    roleId: '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd',
    on: 'Microsoft.CognitiveServices/accounts',
    why: 'Asks the models; may not change deployments.',
    neededBy: 'services/model/azure-openai.ts',
    package: '@azure/openai',
  },
  {
    who: 'programPrincipalId',
    role: 'Search Index Data Contributor',
    roleId: '8ebe5a00-799e-43f5-93ac-243d3dce84a7',
    on: 'Microsoft.Search/searchServices',
    why: 'Writes and searches passages.',
    neededBy: 'services/knowledge-index/azure-ai-search.ts',
    package: '@azure/search-documents',
  },
  {
    who: 'programPrincipalId',
    role: 'Search Service Contributor',
    roleId: '7ca78c08-252a-4471-8644-bb5ff32d4ba0',
    on: 'Microsoft.Search/searchServices',
    why: 'Makes the index at the first start, and adds fields later.',
    neededBy: 'services/knowledge-index/azure-ai-search/ensure-index.ts',
    package: '@azure/search-documents',
  },
  {
    who: 'programPrincipalId',
    role: 'Storage Blob Data Contributor',
    roleId: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
    on: 'Microsoft.Storage/storageAccounts',
    why: 'Keeps bot state and transcripts, reads articles.',
    neededBy: 'services/azure/blob-container.ts',
    package: '@azure/storage-blob',
  },
  {
    who: 'programPrincipalId',
    role: 'Azure Service Bus Data Sender',
    roleId: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39',
    on: 'Microsoft.ServiceBus/namespaces/queues',
    why: 'Puts accepted turns into the queue.',
    neededBy: 'services/turn-queue/azure-service-bus.ts',
    package: '@azure/service-bus',
  },
  {
    who: 'programPrincipalId',
    role: 'Azure Service Bus Data Receiver',
    roleId: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0',
    on: 'Microsoft.ServiceBus/namespaces/queues',
    why: 'Takes turns out of the queue; the scale rule reads its length with the same role.',
    neededBy: 'services/turn-queue/azure-service-bus.ts',
    package: '@azure/service-bus',
  },
  {
    who: 'programPrincipalId',
    role: 'Cosmos DB Built-in Data Contributor',
    roleId: '00000000-0000-0000-0000-000000000002',
    on: 'Microsoft.DocumentDB/databaseAccounts',
    why: 'Reads and writes items of the one database; creates nothing.',
    neededBy: 'services/azure/cosmos-database.ts',
    package: '@azure/cosmos',
  },
  {
    who: 'deployerPrincipalId',
    role: 'AcrPush',
    roleId: '8311e382-0749-4cb8-b61a-304f252e45ec',
    on: 'Microsoft.ContainerRegistry/registries',
    why: 'The pipeline pushes the image it built.',
    neededBy: '.github/workflows/deploy.yml',
  },
  {
    who: 'deployerPrincipalId',
    role: 'Container Apps Contributor',
    roleId: '358470bc-b998-42bd-ab17-a7e34c199c0f',
    on: 'Microsoft.Resources/resourceGroups',
    why: 'The pipeline makes revisions and shifts traffic: it needs the apps and the environment they join.',
    neededBy: '.github/workflows/deploy.yml',
  },
  {
    who: 'deployerPrincipalId',
    role: 'Managed Identity Operator',
    roleId: 'f1a07417-d97a-45cb-824c-7a7467783830',
    on: 'Microsoft.ManagedIdentity/userAssignedIdentities',
    why: 'A new revision carries the program’s identity, which Azure lets only its operators hand on.',
    neededBy: '.github/workflows/deploy.yml',
  },
  {
    who: 'administratorsGroupId',
    role: 'Key Vault Secrets Officer',
    roleId: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
    on: 'Microsoft.KeyVault/vaults',
    why: 'People put in and rotate secrets such as Slack’s.',
    neededBy: 'docs/deploy.md',
  },
  {
    who: 'administratorsGroupId',
    role: 'Storage Blob Data Contributor',
    roleId: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
    on: 'Microsoft.Storage/storageAccounts',
    why: 'People upload their organisation’s articles.',
    neededBy: 'docs/deploy.md',
  },
];

/** Packages of Azure that call nothing by themselves. */
export const packagesWithoutAccess: readonly string[] = ['@azure/identity'];
