package dev.peregrine.config;

import java.util.List;
import java.util.Optional;

/// An option of Passenger that has no counterpart: it is accepted, so that files and command lines
/// can stay as they are, and passed over with a warning that says why.
///
/// @param key key in `Passengerfile.json`; flag and variable follow from it
/// @param takesValue whether the flag is followed by a value
/// @param isRefused whether serving without it would be wrong, so that it is a problem unless
///   switched off
/// @param reason why it has no effect
public record Leftover(String key, boolean takesValue, boolean isRefused, String reason) {
  private static final String NGINX = "there is no Nginx inside";
  private static final String PHONE = "Peregrine never calls home";
  private static final String INSTALL = "there is nothing to install or compile at the start";
  private static final String TLS =
      "TLS is not served; put a proxy that does in front and list it in trusted_proxies";
  private static final String STICKY = "requests are not bound to one worker";
  private static final String PANEL = "`peregrine status` shows what there is to see";
  private static final String PRELOAD = "every worker loads the app itself";

  /// All of them.
  public static final List<Leftover> ALL =
      List.of(
          value("engine", "the server has one engine"),
          refused("ssl", false),
          refused("ssl_certificate", true),
          refused("ssl_certificate_key", true),
          refused("ssl_port", true),
          value("instance_registry_dir", "`instance_dir` names the instance directory itself"),
          value("spawn_dir", "workers start without a work directory"),
          value("core_file_descriptor_ulimit", "the limit of the service manager or shell holds"),
          value("app_file_descriptor_ulimit", "the limit of the service manager or shell holds"),
          toggle("defer_port_binding", "requests wait until the app is up"),
          value("nginx_bin", NGINX),
          value("nginx_version", NGINX),
          value("nginx_tarball", NGINX),
          value("nginx_config_template", NGINX),
          toggle("debug_nginx_config", NGINX),
          value("meteor_app_settings", "Meteor apps start with app_start_command"),
          toggle("app_support_kuria_protocol", "apps of any kind serve HTTP on `$PORT`"),
          toggle("app_supports_kuria_protocol", "apps of any kind serve HTTP on `$PORT`"),
          value("spawn_method", PRELOAD),
          value("direct_instance_request_address", "workers listen on Unix sockets"),
          toggle("load_shell_envvars", "start Peregrine from a login shell instead"),
          toggle("preload_bundler", "Bundler is loaded before the app anyway"),
          toggle("debugger", "debuggers attach through the app's own configuration"),
          value("max_instances_per_app", "there is one app; max_pool_size is its limit"),
          value("max_preloader_idle_time", PRELOAD),
          value("concurrency_model", "thread_count alone decides"),
          toggle("rolling_restarts", "restarts are always rolling"),
          toggle("sticky_sessions", STICKY),
          value("sticky_sessions_cookie_name", STICKY),
          value("sticky_sessions_cookie_attributes", STICKY),
          value("unlimited_concurrency_paths", "all paths share the workers"),
          value("unlimited_concurrency_path", "all paths share the workers"),
          toggle("abort_websockets_on_process_shutdown", "connections end with the worker"),
          value("log_level", "events have no levels"),
          value("admin_panel_url", PANEL),
          value("admin_panel_auth_type", PANEL),
          value("admin_panel_username", PANEL),
          value("admin_panel_password", PANEL),
          value("ctls", "there is no Passenger core"),
          toggle("disable_security_update_check", PHONE),
          value("security_update_check_proxy", PHONE),
          toggle("disable_anonymous_telemetry", PHONE),
          value("anonymous_telemetry_proxy", PHONE),
          toggle("auto", "no questions are asked"),
          value("stat_throttle_rate", "restart.txt is watched, not polled on requests"),
          value("server_names", "one server runs one app"),
          value("binaries_url_root", INSTALL),
          toggle("runtime_check_only", INSTALL),
          toggle("dont_install_runtime", INSTALL),
          toggle("install_runtime", INSTALL),
          toggle("dont_compile_runtime", INSTALL),
          toggle("compile_runtime", INSTALL));

  private static Leftover value(String key, String reason) {
    return new Leftover(key, true, false, reason);
  }

  private static Leftover toggle(String key, String reason) {
    return new Leftover(key, false, false, reason);
  }

  private static Leftover refused(String key, boolean takesValue) {
    return new Leftover(key, takesValue, true, TLS);
  }

  static Optional<Leftover> named(String key) {
    return ALL.stream().filter(leftover -> leftover.key().equals(key)).findFirst();
  }

  /// The flag, such as `--engine`.
  public String flag() {
    return Option.flagOf(key);
  }
}
