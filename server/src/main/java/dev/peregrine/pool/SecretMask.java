package dev.peregrine.pool;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Hides what must not be shown in environment variables: values of names that sound like secrets,
/// and user information in URLs.
final class SecretMask {
  private static final String MASK = "[masked]";
  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "SECRET|TOKEN|PASSW|PASSPHRASE|KEY|CREDENTIAL|AUTH|PRIVATE|SALT|SIGNATURE|COOKIE|DSN"
              + "|DATABASE_URL|^PEREGRINE_CONTROL_SOCKET$",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern USER_INFORMATION = Pattern.compile("(://)[^/@\\s]++@");

  private SecretMask() {}

  /// The variables in the order of their names, fit to be shown.
  static Map<String, String> mask(Map<String, String> variables) {
    Map<String, String> masked = new TreeMap<>();
    variables.forEach((name, value) -> masked.put(name, mask(name, value)));
    return masked;
  }

  private static String mask(String name, String value) {
    if (!value.isEmpty() && SECRET_NAME.matcher(name).find()) {
      return MASK;
    }
    return USER_INFORMATION.matcher(value).replaceAll("$1" + Matcher.quoteReplacement(MASK) + "@");
  }
}
