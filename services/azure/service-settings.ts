/** What an operator calls an Azure service and its settings, for the words of an error. */
export interface AzureService {
  readonly name: string;
  /** The setting that says where the service is. */
  readonly addressSetting: string;
  /** The setting that holds the key; where a managed identity is used, what to set instead. */
  readonly accessSetting: string;
  /** The setting that names what is read inside the service. */
  readonly targetSetting: string;
  /** The built-in role that a managed identity needs. */
  readonly role: string;
}

export const cosmosService: AzureService = {
  name: 'Azure Cosmos DB',
  addressSetting: 'AZURE_COSMOS_ENDPOINT',
  accessSetting: 'AZURE_COSMOS_KEY',
  targetSetting: 'AZURE_COSMOS_DATABASE',
  role: 'Cosmos DB Built-in Data Contributor',
};

export const keyVaultService: AzureService = {
  name: 'Azure Key Vault',
  addressSetting: 'AZURE_KEY_VAULT_URL',
  accessSetting: 'AZURE_KEY_VAULT_URL',
  targetSetting: 'AZURE_KEY_VAULT_URL',
  role: 'Key Vault Secrets User',
};

/** Blob storage, under the setting that switched it on. */
export function blobService(
  setting: 'AZURE_STORAGE_CONNECTION_STRING' | 'AZURE_STORAGE_ACCOUNT_URL',
): AzureService {
  return {
    name: 'Azure Blob Storage',
    addressSetting: setting,
    accessSetting: setting,
    targetSetting: setting,
    role: 'Storage Blob Data Contributor',
  };
}
