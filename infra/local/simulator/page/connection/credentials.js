/*
 * Credentials: who we are in localStorage, keys and token in IndexedDB. As on the real site, both
 * halves are needed to resume after a restart.
 */
Sim.define('SimDatabase', (exports) => {
  /** Runs `work(transaction)` and resolves with its request's result once it is committed. */
  exports.transact = (name, stores, mode, work) =>
    new Promise((resolve, reject) => {
      const opening = indexedDB.open(name, 1);
      opening.onupgradeneeded = () => {
        for (const store of stores) opening.result.createObjectStore(store);
      };
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const database = opening.result;
        const transaction = database.transaction(stores, mode);
        const request = work(transaction);
        transaction.oncomplete = () => {
          database.close();
          resolve(request?.result);
        };
        transaction.onerror = () => reject(transaction.error);
      };
    });
});

Sim.define('SimCredentials', (exports, require, importNamespace) => {
  const { transact } = importNamespace('SimDatabase');
  const inStore = (mode, work) =>
    transact('wawc', ['user'], mode, (transaction) => work(transaction.objectStore('user')));
  const readLocal = (key) => JSON.parse(localStorage.getItem(key) || 'null');
  const random = () => crypto.getRandomValues(new Uint8Array(32));

  function newKeys() {
    const adv = btoa(String.fromCharCode(...random()));
    return { noise: random(), identity: random(), adv, regId: 1 };
  }

  exports.load = async () => {
    exports.keys = await inStore('readonly', (store) => store.get('keys'));
    if (!exports.keys) {
      exports.keys = newKeys();
      await inStore('readwrite', (store) => store.put(exports.keys, 'keys'));
    }
    exports.token = (await inStore('readonly', (store) => store.get('token'))) || null;
  };

  exports.saveLogin = async ({ wid, lid, token }) => {
    localStorage.setItem('last-wid-md', JSON.stringify(wid));
    localStorage.setItem('WALid', JSON.stringify(lid));
    exports.token = token;
    await inStore('readwrite', (store) => store.put(token, 'token'));
  };

  exports.clear = async () => {
    localStorage.removeItem('last-wid-md');
    localStorage.removeItem('WALid');
    await inStore('readwrite', (store) => store.clear());
  };

  exports.me = () => readLocal('last-wid-md');
  exports.lid = () => readLocal('WALid');

  /** What follows the ref in the QR text. */
  exports.qrKeys = () => {
    const { encodeB64 } = importNamespace('WABase64');
    const { noise, identity, adv } = exports.keys;
    return [encodeB64(noise.buffer), encodeB64(identity.buffer), adv].join(',');
  };
});
