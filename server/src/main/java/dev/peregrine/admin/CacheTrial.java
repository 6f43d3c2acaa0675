package dev.peregrine.admin;

import dev.peregrine.admin.api.CacheExplanation;
import dev.peregrine.admin.api.ExplainRequest;
import dev.peregrine.admin.api.LintReport;
import dev.peregrine.cache.CacheConfig;
import dev.peregrine.cache.CacheLinter;
import dev.peregrine.cache.CachePolicy;
import dev.peregrine.cache.CacheProbe;
import dev.peregrine.cache.LintSample;
import dev.peregrine.cache.LintSamples;
import dev.peregrine.cache.ResponseStore;
import dev.peregrine.cache.StoreVerdict;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Grammar;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Requests that an operator sends through the server's own listener, to see what the cache makes
/// of them. Blocks.
final class CacheTrial {
  private static final int TEXT = 64 << 10;
  private static final String NO_URL =
      " is neither a URL such as https://example.org/page nor a path such as /page";

  /// What a browser would vary. The value of a cookie is the one that the app sets.
  private static final List<String> VARIATIONS =
      List.of(
          "X-Requested-With: XMLHttpRequest",
          "Accept: application/json",
          "Accept-Language: de;q=0.9, fr;q=0.8",
          "Accept-Encoding: gzip",
          "User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148");

  private static final String BROWSER =
      "User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: text/html,*/*;q=0.8\r\n"
          + "Accept-Language: en\r\nAccept-Encoding: identity\r\n";

  private final CacheConfig config;
  private final CachePolicy policy;
  private final ResponseStore store;
  private final Loopback loopback;
  private final SecureRandom random = new SecureRandom();

  CacheTrial(CacheConfig config, CachePolicy policy, ResponseStore store, Loopback loopback) {
    this.config = config;
    this.policy = policy;
    this.store = store;
    this.loopback = loopback;
  }

  /// Sends a request as anybody might, and explains what became of it.
  CacheExplanation explain(ExplainRequest request) throws BadRequest, IOException {
    Address address = address(request.url());
    CacheProbe probe = new CacheProbe(CacheProbe.Route.ORDINARY);
    String fields = fields(request.fields());
    Loopback.Reply reply = send(address, fields, probe);
    return new Explainer(config, policy, store).explain(address.text(), reply.head(), probe);
  }

  /// Sends variations of a request past the cache to the app, and says what is wrong with the
  /// responses.
  LintReport lint(ExplainRequest request) throws BadRequest, IOException {
    Address address = address(request.url());
    String own = fields(request.fields());
    CacheProbe probe = new CacheProbe(CacheProbe.Route.PAST_CACHE);
    LintSample plain = sample(address, BROWSER + own, probe);
    LintSample again = sample(address, BROWSER + own, past());
    Map<String, LintSample> varied = new LinkedHashMap<>();
    List<String> variations = new ArrayList<>(VARIATIONS);
    String cookie = cookie(plain.response().fields());
    if (cookie != null
        && !request.fields().toString().toLowerCase(Locale.ROOT).contains("cookie:")) {
      variations.add("Cookie: " + cookie);
    }
    for (String line : variations) {
      String name = line.substring(0, line.indexOf(':') + 1);
      varied.put(line, sample(address, without(BROWSER, name) + own + line + "\r\n", past()));
    }
    List<LintReport.Finding> findings =
        CacheLinter.findings(config, new LintSamples(plain, again, varied), verdict(probe)).stream()
            .map(one ->
                new LintReport.Finding(
                    one.rule(), one.what(), one.where(), one.why(), one.remedy()))
            .toList();
    return new LintReport(address.text(), plain.response().status(), varied.size() + 2, findings);
  }

  private StoreVerdict verdict(CacheProbe probe) {
    return new Explainer(config, policy, store).verdict(probe);
  }

  private static CacheProbe past() {
    return new CacheProbe(CacheProbe.Route.PAST_CACHE);
  }

  private LintSample sample(Address address, String fields, CacheProbe probe)
      throws IOException, BadRequest {
    Loopback.Reply reply = send(address, fields, probe);
    CacheProbe.Answer answer = probe.answer();
    if (answer == null) {
      throw new BadRequest(
          address.text()
              + " was not answered by the app but by the server itself, with status "
              + reply.head().status()
              + ": it is a file of public/, or the app is not running");
    }
    byte[] content = reply.content();
    String text =
        new String(content, 0, Math.min(content.length, TEXT), StandardCharsets.ISO_8859_1);
    return new LintSample(answer.response(), answer.times(), digest(content), text);
  }

  private Loopback.Reply send(Address address, String fields, CacheProbe probe) throws IOException {
    byte[] id = new byte[16];
    random.nextBytes(id);
    String requestId = HexFormat.of().formatHex(id);
    store.probes().add(requestId, probe);
    try {
      String proto = address.isSecure() ? "X-Forwarded-Proto: https\r\n" : "";
      return loopback.send(
          "GET "
              + address.target()
              + " HTTP/1.1\r\nHost: "
              + address.authority()
              + "\r\nX-Request-Id: "
              + requestId
              + "\r\n"
              + proto
              + fields
              + "Connection: close\r\n\r\n");
    } finally {
      store.probes().remove(requestId);
    }
  }

  /// Takes a URL, or a path at the server's first address, apart.
  private Address address(String text) throws BadRequest {
    String authority = loopback.authority();
    String url =
        text.startsWith("/") && !text.startsWith("//")
            ? "http://" + authority + text
            : text.contains("://") ? text : "http://" + text.replaceFirst("^//", "");
    try {
      URI uri = URI.create(URI.create(url.replace(" ", "%20")).toASCIIString());
      boolean isSecure = "https".equalsIgnoreCase(uri.getScheme());
      String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
      String target = path + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
      String host = String.valueOf(uri.getRawAuthority());
      if (policy.key(uri.getScheme() + "://" + host + target).isPresent()) {
        return new Address(url, isSecure, host, target);
      }
    } catch (IllegalArgumentException e) {
      throw new BadRequest(text + NO_URL);
    }
    throw new BadRequest(text + NO_URL);
  }

  /// The further field lines in wire form.
  private static String fields(List<String> lines) throws BadRequest {
    StringBuilder out = new StringBuilder();
    for (String line : lines) {
      int colon = line.indexOf(':');
      boolean isLine =
          colon > 0
              && Grammar.isToken(line.substring(0, colon))
              && line.chars().noneMatch(c -> (c < ' ' && c != '\t') || c == 0x7f || c > 0xff);
      if (!isLine) {
        throw new BadRequest(line + " is not a field line (expected `Name: value`)");
      }
      out.append(line).append("\r\n");
    }
    return out.toString();
  }

  /// The cookies that a response sets, as a client would send them back.
  private static @Nullable String cookie(FieldSection fields) {
    List<String> pairs = new ArrayList<>();
    for (String value : fields.all("set-cookie")) {
      pairs.add(value.split(";", 2)[0].strip());
    }
    return pairs.isEmpty() ? null : String.join("; ", pairs);
  }

  private static String without(String lines, String name) {
    return lines
        .lines()
        .filter(line -> !line.startsWith(name))
        .map(line -> line + "\r\n")
        .collect(Collectors.joining());
  }

  private static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("no SHA-256", e);
    }
  }

  /// Where a request goes.
  ///
  /// @param text as a person reads it
  /// @param isSecure whether it is about `https`
  /// @param authority host and port
  /// @param target path and query
  private record Address(String text, boolean isSecure, String authority, String target) {}
}
