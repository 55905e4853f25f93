/* The models that say how the page is connected: account, stream, socket, network. */
Sim.define('WAWebConnModel', (exports, require, importNamespace) => {
  const { BaseModel, defineModel } = importNamespace('WAWebBaseModel');
  class ConnImpl extends BaseModel {
    get isSMB() {
      return /^smb/.test(this.platform || '');
    }
  }
  defineModel(ConnImpl, 'conn', {
    ref: undefined,
    refTTL: undefined,
    wid: undefined,
    connected: false,
    battery: undefined,
    plugged: undefined,
    platform: undefined,
    pushname: undefined,
    phone: undefined,
    locales: 'en',
  });
  exports.ConnImpl = ConnImpl;
  exports.Conn = new ConnImpl();
});

Sim.define('WAWebStreamModel', (exports, require, importNamespace) => {
  const { BaseModel, defineModel } = importNamespace('WAWebBaseModel');
  const tellPresence = (v) => require('SimServer').send({ t: 'presence', v });
  class StreamImpl extends BaseModel {
    get displayInfo() {
      return this.info;
    }

    markAvailable() {
      this.available = true;
      tellPresence('available');
    }

    markUnavailable() {
      this.available = false;
      tellPresence('unavailable');
    }

    sendAvailability() {}
  }
  defineModel(StreamImpl, 'stream', {
    mode: undefined,
    info: 'OPENING',
    needsUpdate: false,
    available: false,
    resumeCount: 0,
    uiActive: false,
  });
  exports.Stream = new StreamImpl();
  exports.StreamMode = Sim.mirror(
    'QR',
    'MAIN',
    'SYNCING',
    'OFFLINE',
    'CONFLICT',
    'PROXYBLOCK',
    'TOS_BLOCK',
    'SMB_TOS_BLOCK',
    'DEPRECATED_VERSION',
  );
});

Sim.define('WAWebSocketModel', (exports, require, importNamespace) => {
  const { BaseModel, defineModel } = importNamespace('WAWebBaseModel');
  class SocketImpl extends BaseModel {
    poke() {}

    takeover() {
      require('SimServer').connect();
    }

    logout(_sendToServer, reason) {
      importNamespace('SimLogin').logout(reason || 'user_initiated', { byUser: true });
    }
  }
  defineModel(SocketImpl, 'socket', {
    state: 'UNLAUNCHED',
    stream: 'DISCONNECTED',
    hasSynced: false,
    canSend: false,
  });
  exports.Socket = new SocketImpl();
});

Sim.define('WAWebNetworkStatus', (exports, require, importNamespace) => {
  const { BaseModel, defineModel } = importNamespace('WAWebBaseModel');
  class NetworkStatus extends BaseModel {
    checkOnline() {
      this.online = navigator.onLine;
    }
  }
  defineModel(NetworkStatus, 'networkStatus', { online: true });
  const status = new NetworkStatus();
  for (const event of ['online', 'offline']) addEventListener(event, () => status.checkOnline());
  exports.default = status;
});

Sim.define('WAWebMiscBrowserUtils', (exports) => {
  exports.info = () => ({ os: 'Linux', name: 'Chrome', version: '156', ua: navigator.userAgent });
  exports.hardRefresh = () => {};
});
