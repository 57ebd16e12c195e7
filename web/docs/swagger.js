SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  tryItOutEnabled: true,
  // A token lives in this page alone, and goes with it.
  persistAuthorization: false,
  // Nothing of ours is sent to anybody else for checking.
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
});
