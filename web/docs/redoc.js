const place = document.getElementById('api');

if (window.Redoc === undefined)
  place.textContent =
    'Redoc is not installed here yet: run "npm run postinstall" with a network. /docs shows the same.';
else
  Redoc.init(
    '/openapi.json',
    // Its search runs in a worker made out of text, which the page's policy rightly forbids.
    { disableSearch: true, hideDownloadButton: true, nativeScrollbars: true, scrollYOffset: 0 },
    place,
  );
