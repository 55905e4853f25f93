/* The event buses between the site's parts; both clients listen on them. */
Sim.define('WAWebCmd', (exports, require) => {
  const EventEmitter = require('WAWebEventEmitter');
  class CmdImpl extends EventEmitter {
    isMainLoaded = false;

    refreshQR() {
      this.trigger('refresh_qr');
    }

    openChatAt() {}

    openChatBottom() {}

    openChatFromUnread() {}
  }
  exports.CmdImpl = CmdImpl;
  exports.Cmd = new CmdImpl();
});

Sim.define('WAWebBackendEventBus', (exports, require) => {
  const EventEmitter = require('WAWebEventEmitter');
  class BackendEventBus extends EventEmitter {
    isMainStreamReadyMd = false;

    isOfflineDeliveryEnd = false;

    triggerStorageInitializationError(error) {
      this.trigger('storage_initialization_error', error);
    }
  }
  const events = [
    'app_state_sync_completed',
    'logout',
    'refresh_qr',
    'starting_logout',
    'on_initial_chat_synced',
    'storage_initialization_error',
    'socket_stream_disconnected',
    'open_socket_stream',
    'reconnect_socket',
    'set_socket_state',
    'account_temporarily_banned',
    'unexpected_logout_modal',
    'main_stream_mode_ready',
    'service_unavailable_503',
    'offline_delivery_end',
    'offline_process_ready',
  ];
  exports.BackendEventBus = new BackendEventBus();
  exports.BackendEvent = Object.fromEntries(events.map((name) => [name.toUpperCase(), name]));
});

Sim.define('WAWebLinkDeviceEvents', (exports, require) => {
  const EventEmitter = require('WAWebEventEmitter');
  class LinkDeviceEvents extends EventEmitter {
    triggerRefreshAltLinkingCode() {
      this.trigger('link_device_events:refresh_alt_linking_code');
    }
  }
  exports.WAWebLinkDeviceEvents = new LinkDeviceEvents();
});
