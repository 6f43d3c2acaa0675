package dev.peregrine.esi;

import dev.peregrine.esi.EsiEvent.Part;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/// Finds the instructions of Edge Side Includes in content that is fed to it piece by piece. All
/// else passes byte by byte, whatever its character set, so long as that has ASCII in it. Source:
/// W3C Note "ESI Language Specification 1.0".
///
/// Understood are `esi:include`, `esi:remove`, `esi:comment`, `esi:try` with `esi:attempt` and
/// `esi:except`, and `<!--esi … -->`. The tags of other elements in the namespace are left out and
/// reported, what stands between them passes.
public final class EsiParser {
  /// Longest tag; a longer one is no markup.
  static final int MAX_TAG = 8 * 1024;

  private static final byte[] OPEN = ascii("<esi:");
  private static final byte[] CLOSE = ascii("</esi:");
  private static final byte[] COMMENT = ascii("<!--esi");
  private static final byte[] COMMENT_END = ascii("-->");

  /// Length of markup that is none, and of markup whose end has not come yet.
  private static final int NONE = 0;

  private static final int MORE = -1;

  private final Consumer<EsiEvent> sink;
  private final Deque<Part> open = new ArrayDeque<>();
  private ByteBuffer held = ByteBuffer.allocate(0);
  private long position;
  private boolean isInComment;
  private boolean isRemoving;
  private boolean isLast;

  /// A parser that tells the sink of what it finds, in order.
  public EsiParser(Consumer<EsiEvent> sink) {
    this.sink = sink;
  }

  /// Takes the next bytes.
  public void feed(ByteBuffer input) {
    ByteBuffer whole = held.hasRemaining() ? joined(held, input) : input.duplicate();
    int rest = scan(whole);
    whole.position(rest);
    held = ByteBuffer.allocate(whole.remaining()).put(whole).flip();
    input.position(input.limit());
  }

  /// Takes the end of the input.
  public void finish() {
    isLast = true;
    scan(held);
    held = ByteBuffer.allocate(0);
    if (isRemoving) {
      problem(position, "esi:remove is never closed");
    }
    if (isInComment) {
      problem(position, "<!--esi is never closed by -->");
    }
    while (!open.isEmpty()) {
      problem(position, name(open.element()) + " is never closed");
      sink.accept(new EsiEvent.Close(open.remove()));
    }
  }

  /// Handles what is whole; gives where the rest begins.
  private int scan(ByteBuffer input) {
    int start = input.position();
    int text = start;
    int at = start;
    while (at < input.limit()) {
      byte octet = input.get(at);
      int length = octet == '<' || (octet == '-' && isInComment) ? length(input, at) : NONE;
      if (length == NONE) {
        at++;
      } else {
        text(input, text, at);
        text = at;
        if (length == MORE) {
          break;
        }
        markup(input, at, at + length, position + at - start);
        at += length;
        text = at;
      }
    }
    if (at == input.limit()) {
      text(input, text, at);
      text = at;
    }
    position += text - start;
    return text;
  }

  private int length(ByteBuffer input, int at) {
    if (input.get(at) == '-') {
      return fixed(input, at, COMMENT_END);
    }
    int comment = isRemoving || isInComment ? NONE : fixed(input, at, COMMENT);
    if (comment != NONE) {
      return comment;
    }
    int opener = Math.max(matched(input, at, OPEN), matched(input, at, CLOSE));
    return opener == 0 ? NONE : tagLength(input, at);
  }

  private int fixed(ByteBuffer input, int at, byte[] markup) {
    int matched = matched(input, at, markup);
    if (matched == markup.length) {
      return matched;
    }
    return matched == 0 || isLast ? NONE : MORE;
  }

  /// How much of the wanted bytes is there, 0 if something else is.
  private static int matched(ByteBuffer input, int at, byte[] wanted) {
    int length = Math.min(wanted.length, input.limit() - at);
    for (int i = 0; i < length; i++) {
      if (input.get(at + i) != wanted[i]) {
        return 0;
      }
    }
    return length;
  }

  private int tagLength(ByteBuffer input, int at) {
    int stop = Math.min(input.limit(), at + MAX_TAG);
    byte quote = 0;
    for (int i = at + 1; i < stop; i++) {
      byte octet = input.get(i);
      if (quote != 0) {
        quote = octet == quote ? 0 : quote;
      } else if (octet == '"' || octet == '\'') {
        quote = octet;
      } else if (octet == '>') {
        return i + 1 - at;
      }
    }
    if (stop < at + MAX_TAG && !isLast) {
      return MORE;
    }
    if (matched(input, at, OPEN) == OPEN.length || matched(input, at, CLOSE) == CLOSE.length) {
      problem(
          position + at - input.position(), "a tag that does not end within " + MAX_TAG + " bytes");
    }
    return NONE;
  }

  private void text(ByteBuffer input, int start, int end) {
    if (end > start && !isRemoving && open.peek() != Part.TRY) {
      sink.accept(new EsiEvent.Text(input.slice(start, end - start)));
    }
  }

  private void markup(ByteBuffer input, int start, int end, long where) {
    if (input.get(start) == '-') {
      isInComment = false;
    } else if (input.get(start + 1) == '!') {
      isInComment = true;
    } else {
      byte[] bytes = new byte[end - start];
      input.get(start, bytes);
      tag(new String(bytes, StandardCharsets.UTF_8), where);
    }
  }

  private void tag(String text, long where) {
    if (text.startsWith("</")) {
      closed(text.substring(CLOSE.length, text.length() - 1).strip(), where);
    } else if (!isRemoving) {
      switch (EsiTag.parse(text)) {
        case EsiTag.Malformed(var what) -> problem(where, what);
        case EsiTag.Element element -> opened(element, where);
      }
    }
  }

  private void opened(EsiTag.Element element, long where) {
    switch (element.name()) {
      case "include" -> include(element, where);
      case "comment" -> {}
      case "remove" -> isRemoving = !element.isEmpty();
      case "try" -> open(Part.TRY, element, where);
      case "attempt" -> open(Part.ATTEMPT, element, where);
      case "except" -> open(Part.EXCEPT, element, where);
      default ->
          problem(where, "esi:" + element.name() + " is not an element of ESI that is carried out");
    }
  }

  private void include(EsiTag.Element element, long where) {
    String src = element.attributes().get("src");
    String onError = element.attributes().get("onerror");
    if (src == null || src.isBlank()) {
      problem(where, "esi:include without src");
    } else if (open.peek() != Part.TRY) {
      sink.accept(
          new EsiEvent.Include(
              src.strip(), element.attributes().get("alt"), "continue".equals(onError)));
    }
  }

  private void open(Part part, EsiTag.Element element, long where) {
    boolean isInTry = open.peek() == Part.TRY;
    if (isInTry == (part == Part.TRY)) {
      problem(where, name(part) + (isInTry ? " directly within esi:try" : " outside of esi:try"));
    } else if (!element.isEmpty()) {
      open.push(part);
      sink.accept(new EsiEvent.Open(part));
    }
  }

  private void closed(String name, long where) {
    if (isRemoving) {
      isRemoving = !name.equals("remove");
      return;
    }
    switch (name) {
      case "try" -> close(Part.TRY, where);
      case "attempt" -> close(Part.ATTEMPT, where);
      case "except" -> close(Part.EXCEPT, where);
      case "include", "comment" -> {}
      default -> problem(where, "</esi:" + name + "> closes nothing");
    }
  }

  private void close(Part part, long where) {
    if (!open.contains(part)) {
      problem(where, "</" + name(part) + "> closes nothing");
      return;
    }
    while (open.element() != part) {
      problem(where, name(open.element()) + " is not closed before </" + name(part) + ">");
      sink.accept(new EsiEvent.Close(open.remove()));
    }
    sink.accept(new EsiEvent.Close(open.remove()));
  }

  private void problem(long where, String what) {
    sink.accept(new EsiEvent.Problem(where, what));
  }

  private static String name(Part part) {
    return switch (part) {
      case TRY -> "esi:try";
      case ATTEMPT -> "esi:attempt";
      case EXCEPT -> "esi:except";
    };
  }

  private static ByteBuffer joined(ByteBuffer first, ByteBuffer second) {
    return ByteBuffer.allocate(first.remaining() + second.remaining())
        .put(first)
        .put(second.duplicate())
        .flip();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
