/* Last: every listener is in place. */
bridge.tellBoot();
