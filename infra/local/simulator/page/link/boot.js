/* Starts the page: the late bundles, the stored session, then the link to the server. */
(async () => {
  const { settings } = Sim;
  const base = document.currentScript.src.replace(/[^/]+\/[^/]+$/, '');
  const lateFiles = document.currentScript.dataset.late.split(' ');

  // The real site registers its chat modules late; clients must wait for them.
  const loadLate = (file) =>
    new Promise((resolve, reject) => {
      const script = document.createElement('script');
      Object.assign(script, { async: false, crossOrigin: 'anonymous', src: base + file });
      script.onload = resolve;
      script.onerror = () => reject(new Error('late bundle not loaded: ' + file));
      document.head.append(script);
    });

  navigator.serviceWorker?.register('/sw.js').catch((error) => {
    self.__swErr = String(error);
  });
  await new Promise((resolve) => setTimeout(resolve, settings.chunkDelayMs));
  await Promise.all(lateFiles.map(loadLate));
  if (settings.debugGlobal) self.Debug = { VERSION: settings.version };

  const credentials = importNamespace('SimCredentials');
  try {
    await credentials.load();
  } catch (error) {
    require('WAWebBackendEventBus').BackendEventBus.triggerStorageInitializationError(error);
    return;
  }
  const server = require('SimServer');
  require('WAWebCmd').Cmd.on('refresh_qr', () => server.send({ t: 'new_ref' }));
  if (credentials.me() && !credentials.token) {
    const reason = 'web_fail_storage_initialization';
    importNamespace('SimLogin').logout(reason, { byUser: false });
    return;
  }
  // The other half is missing when the browser was killed before it wrote localStorage back.
  if (credentials.token && !credentials.me()) {
    await credentials.clear();
    await credentials.load();
  }
  await importNamespace('SimChatStorage').restore();
  server.resendRestored();
  server.connect();
  document.getElementById('startup')?.remove();
  const side = document.createElement('div');
  side.id = 'side';
  document.getElementById('app').append(side);
})();
