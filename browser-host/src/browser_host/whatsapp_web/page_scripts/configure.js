/* Read by wa-js when it starts: it must not report to Google, nor post links to preview servers. */
window.WPPConfig = { disableGoogleAnalytics: true, linkPreviewApiServers: [], poweredBy: '-' };
