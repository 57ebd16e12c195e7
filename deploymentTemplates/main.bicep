// Made by npm run deploy:assemble; change modules/ and parameters/ instead. It only hands parameters on.
targetScope = 'subscription'

@description('dev is small and cheap, prod is the whole architecture.')
@allowed(['dev', 'prod'])
param size string = 'dev'

@description('Region of everything that has one.')
param location string

@description('Name of the resource group, which is made where it is missing.')
param resourceGroupName string = 'rg-career-mentor-${environmentName}'

@description('Short name that tells deployments apart, such as dev or prod: lower-case letters, digits and hyphens.')
@minLength(2)
@maxLength(15)
param environmentName string

@description('Region of Azure OpenAI, where the other region lacks a model; empty: the same.')
param openAiLocation string = ''

@description('The program\'s image, such as crmentor.azurecr.io/career-mentor:1.2.0; empty at the very first deployment.')
param containerImage string = ''

@description('Revision that all traffic stays on while a newer one is tried; empty: the newest.')
param stableRevision string = ''

@description('Address that people use, where it is a domain of your own; empty: Front Door\'s or the app\'s.')
param publicUrl string = ''

@description('Domains of the container app: { name, bindingType, certificateId }.')
param customDomains array = []

@description('Ids of domains that were added to Front Door.')
param frontDoorDomainIds array = []

@description('Sites that may embed the chat, separated by commas.')
param allowedOrigins string = ''

@description('Who is told of alerts and of the budget: mail addresses, separated by commas.')
param alertEmails string = ''

@description('Object id of the Entra group that may put secrets into the vault and articles into storage; empty: nobody.')
param administratorsGroupId string = ''

@description('owner/name of the repository whose pipeline may deploy; empty: none.')
param githubRepository string = ''

@description('GitHub environment of the deploy job.')
param githubEnvironment string = 'production'

@description('Audience of the REST API\'s tokens, such as api://career-mentor; empty: the API answers nobody but itself.')
param authAudience string = ''

@description('Issuer of those tokens; empty: this tenant.')
param authIssuer string = ''

@description('Where the issuer publishes its keys; empty: found through the issuer.')
param authJwksUri string = ''

@description('The issuer\'s discovery document, where it is not at the usual address, as with Azure AD B2C.')
param authMetadataUri string = ''

@description('Client id of the single-page application with which people sign in on the chat page; empty: nobody signs in there.')
param authWebClientId string = ''

@description('What the page asks the issuer for; empty: the scope mentor.chat of authAudience.')
param authWebScope string = ''

@description('Role in a token that opens the dashboard.')
param authAdminRole string = 'admin'

@description('Shown by API Management as whom to ask.')
param publisherEmail string = 'nobody@example.com'

@description('Further settings of the program by name, without secrets; an empty one removes what stands in app-settings.json.')
param otherSettings object = {}

@description('Tags of your organisation, such as costCenter.')
param extraTags object = {}

@description('Regions that the policy allows besides those of this deployment.')
param allowedLocations array = []

@description('false where your organisation keeps policies itself, or lets you assign none.')
param assignPolicies bool = true

@description('First day of the month in which the budget is made, such as 2026-11-01, and the same ever after: Azure takes no other. Empty: no budget.')
param budgetStart string = ''

@description('Model that writes answers.')
param chatModel string = 'gpt-4.1'

@description('Empty: the region\'s default.')
param chatModelVersion string = ''

@description('Model that rewrites and reranks.')
param fastModel string = 'gpt-4.1-mini'

@description('Empty: the region\'s default.')
param fastModelVersion string = ''

@description('Model that turns texts into vectors.')
param embeddingModel string = 'text-embedding-3-small'

@description('Empty: the region\'s default.')
param embeddingModelVersion string = ''

@minValue(1)
@maxValue(4096)
param embeddingDimensions int = 1536

@description('Where the models run and how they are paid for.')
@allowed(['Standard', 'GlobalStandard', 'DataZoneStandard'])
param modelSku string = 'GlobalStandard'

param openAiApiVersion string = '2024-10-21'

@description('Most tokens that prompt and answer may have together.')
@minValue(2000)
@maxValue(1000000)
param contextTokens int = 16000

param addressPrefix string = '10.40.0.0/16'

@allowed(['Detection', 'Prevention'])
param firewallMode string = 'Prevention'

@allowed(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
param logLevel string = 'info'

var sizes = {
  dev: loadJsonContent('parameters/dev.json').parameters
  prod: loadJsonContent('parameters/prod.json').parameters
}
var chosen = sizes[size]

module mentor 'deployWithNewResourceGroup/template.json' = {
  name: 'career-mentor-${environmentName}'
  params: {
    resourceGroupName: resourceGroupName
    location: location
    environmentName: environmentName
    openAiLocation: openAiLocation
    containerImage: containerImage
    stableRevision: stableRevision
    publicUrl: publicUrl
    customDomains: customDomains
    frontDoorDomainIds: frontDoorDomainIds
    allowedOrigins: allowedOrigins
    alertEmails: alertEmails
    administratorsGroupId: administratorsGroupId
    githubRepository: githubRepository
    githubEnvironment: githubEnvironment
    authAudience: authAudience
    authIssuer: authIssuer
    authJwksUri: authJwksUri
    authMetadataUri: authMetadataUri
    authWebClientId: authWebClientId
    authWebScope: authWebScope
    authAdminRole: authAdminRole
    publisherEmail: publisherEmail
    otherSettings: otherSettings
    extraTags: extraTags
    allowedLocations: allowedLocations
    assignPolicies: assignPolicies
    budgetStart: budgetStart
    chatModel: chatModel
    chatModelVersion: chatModelVersion
    fastModel: fastModel
    fastModelVersion: fastModelVersion
    embeddingModel: embeddingModel
    embeddingModelVersion: embeddingModelVersion
    embeddingDimensions: embeddingDimensions
    modelSku: modelSku
    openAiApiVersion: openAiApiVersion
    contextTokens: contextTokens
    addressPrefix: addressPrefix
    firewallMode: firewallMode
    logLevel: logLevel
    chatThousandTokensPerMinute: chosen.chatThousandTokensPerMinute.value
    fastThousandTokensPerMinute: chosen.fastThousandTokensPerMinute.value
    embeddingThousandTokensPerMinute: chosen.embeddingThousandTokensPerMinute.value
    minReplicas: chosen.minReplicas.value
    maxReplicas: chosen.maxReplicas.value
    cpu: chosen.cpu.value
    separateWorkers: chosen.separateWorkers.value
    zoneRedundant: chosen.zoneRedundant.value
    privateNetworking: chosen.privateNetworking.value
    registrySku: chosen.registrySku.value
    searchSku: chosen.searchSku.value
    searchReplicas: chosen.searchReplicas.value
    searchPartitions: chosen.searchPartitions.value
    semanticRanker: chosen.semanticRanker.value
    cosmosCapacity: chosen.cosmosCapacity.value
    cosmosMaxThroughput: chosen.cosmosMaxThroughput.value
    cosmosBackup: chosen.cosmosBackup.value
    storageSku: chosen.storageSku.value
    redisSku: chosen.redisSku.value
    serviceBusSku: chosen.serviceBusSku.value
    botSku: chosen.botSku.value
    frontDoorSku: chosen.frontDoorSku.value
    apiManagementSku: chosen.apiManagementSku.value
    logRetentionDays: chosen.logRetentionDays.value
    logDailyCapGb: chosen.logDailyCapGb.value
    retentionDays: chosen.retentionDays.value
    rateLimitPerMinute: chosen.rateLimitPerMinute.value
    dailyTokenBudget: chosen.dailyTokenBudget.value
    lockData: chosen.lockData.value
    monthlyBudget: chosen.monthlyBudget.value
    costPerHour: chosen.costPerHour.value
    alertRules: chosen.alertRules.value
  }
}

output AZURE_RESOURCE_GROUP string = resourceGroupName
output SERVICE_MENTOR_URI string = mentor.outputs.publicUrl
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = mentor.outputs.registryServer
output SERVICE_MENTOR_NAME string = mentor.outputs.webAppName
output keyVaultName string = mentor.outputs.keyVaultName
output storageAccountName string = mentor.outputs.storageAccountName
output botName string = mentor.outputs.botName
output botAppId string = mentor.outputs.botAppId
output deployerClientId string = mentor.outputs.deployerClientId
output apiUrl string = mentor.outputs.apiUrl
