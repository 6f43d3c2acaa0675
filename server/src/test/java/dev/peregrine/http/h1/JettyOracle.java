package dev.peregrine.http.h1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;

/// What Jetty's parser makes of a run of bytes, at its strictest.
final class JettyOracle implements HttpParser.RequestHandler, HttpParser.ResponseHandler {
  private final List<Transcript.Message> messages = new ArrayList<>();
  private final StringBuilder content = new StringBuilder();
  private String start = "";
  private int minorVersion;
  private List<String> fields = new ArrayList<>();
  private List<String> trailers = new ArrayList<>();
  private boolean complete = true;
  private String rejected = "";

  static Transcript requests(byte[] bytes) {
    JettyOracle oracle = new JettyOracle();
    HttpParser.RequestHandler handler = oracle;
    return oracle.run(new HttpParser(handler, 1 << 20, HttpCompliance.STRICT), bytes);
  }

  static Transcript responses(byte[] bytes) {
    JettyOracle oracle = new JettyOracle();
    HttpParser.ResponseHandler handler = oracle;
    return oracle.run(new HttpParser(handler, 1 << 20, HttpCompliance.STRICT), bytes);
  }

  private Transcript run(HttpParser parser, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    while (rejected.isEmpty() && in.hasRemaining()) {
      try {
        parser.parseNext(in);
      } catch (AssertionError refusalOfResponse) {
        rejected = "rejected"; // its exception asserts that it is made with a status of an error
      }
      if (parser.isComplete()) {
        parser.reset();
      } else if (parser.isClose() || parser.isClosed()) {
        break;
      }
    }
    String verdict = rejected.isEmpty() ? (complete ? "ok" : "incomplete") : rejected;
    return new Transcript(messages, verdict);
  }

  @Override
  public void startRequest(String method, String uri, HttpVersion version) {
    begin(method + " " + originForm(method, uri), version);
  }

  @Override
  public void startResponse(HttpVersion version, int status, String reason) {
    begin(String.valueOf(status), version);
  }

  private void begin(String line, HttpVersion version) {
    start = line;
    minorVersion = version == HttpVersion.HTTP_1_0 ? 0 : 1;
    complete = false;
    content.setLength(0);
    fields = new ArrayList<>();
    trailers = new ArrayList<>();
  }

  /// Jetty gives the target as it was sent.
  private static String originForm(String method, String uri) {
    if (uri.startsWith("/") || uri.equals("*")) {
      return uri;
    }
    String rest = uri.substring(uri.indexOf("://") + 3);
    int path = rest.indexOf('/');
    int query = rest.indexOf('?');
    if (path >= 0 && (query < 0 || path < query)) {
      return rest.substring(path);
    }
    if (query >= 0) {
      return "/" + rest.substring(query);
    }
    return method.equals("OPTIONS") ? "*" : "/";
  }

  @Override
  public void parsedHeader(HttpField field) {
    fields.add(line(field));
  }

  @Override
  public void parsedTrailer(HttpField field) {
    trailers.add(line(field));
  }

  @Override
  public boolean content(ByteBuffer in) {
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    content.append(new String(bytes, StandardCharsets.ISO_8859_1));
    return false;
  }

  @Override
  public boolean headerComplete() {
    return false;
  }

  @Override
  public boolean contentComplete() {
    return false;
  }

  @Override
  public boolean messageComplete() {
    messages.add(new Transcript.Message(start, minorVersion, fields, content.toString(), trailers));
    complete = true;
    return true;
  }

  @Override
  public void earlyEOF() {
    rejected = "early end";
  }

  @Override
  public void badMessage(HttpException failure) {
    rejected = "rejected " + failure.getCode() + " " + failure.getReason();
  }

  private static String line(HttpField field) {
    String value = field.getValue() == null ? "" : field.getValue();
    return field.getName().toLowerCase(Locale.ROOT) + ": " + value;
  }
}
