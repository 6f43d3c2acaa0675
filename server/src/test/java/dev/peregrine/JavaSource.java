package dev.peregrine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/// One formatted source file, cut into methods by its braces; good enough for counting, not a
/// parser.
final class JavaSource {
  /// A method or constructor with a body.
  ///
  /// @param name `Type.method`
  /// @param line where its header ends
  /// @param lines of its body, braces included
  /// @param nesting how deep its control structures stand within one another
  /// @param parameters number of them; 0 for a constructor
  record Method(String name, int line, int lines, int nesting, int parameters) {}

  private enum Kind {
    TYPE,
    METHOD,
    CONTROL,
    OTHER
  }

  private record Block(Kind kind, String name, int line, int parameters) {}

  private static final Pattern NOISE =
      Pattern.compile(
          "\"\"\"(?s:.*?)\"\"\"|\"(?:\\\\.|[^\"\\\\\n])*\"|'(?:\\\\.|[^'\\\\\n])*'|//[^\n]*|/\\*(?s:.*?)\\*/");
  private static final Pattern TYPE =
      Pattern.compile("\\b(?:class|interface|enum|record)\\s+(\\w+)(?s:.*)");
  private static final Pattern CONTROL = Pattern.compile("^(?:if|for|while|do|switch)\\b(?s:.*)");
  private static final Pattern CALLABLE = Pattern.compile("(\\w+)\\s*\\((?s:.*)");

  private final List<Method> methods = new ArrayList<>();
  private final Deque<Block> open = new ArrayDeque<>();
  private final int lineCount;
  private int deepest;

  JavaSource(Path file) {
    try {
      String text = Files.readString(file);
      lineCount = (int) text.lines().count();
      scan(NOISE.matcher(text).replaceAll(noise -> blank(noise.group())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int lineCount() {
    return lineCount;
  }

  List<Method> methods() {
    return methods;
  }

  private static String blank(String noise) {
    return "\n".repeat((int) noise.chars().filter(character -> character == '\n').count());
  }

  private void scan(String text) {
    int line = 1;
    int parentheses = 0;
    StringBuilder header = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      switch (character) {
        case '{' -> {
          begin(header.toString().strip(), line);
          header.setLength(0);
        }
        case '}' -> {
          end(line);
          header.setLength(0);
        }
        case ';' -> {
          if (parentheses == 0) {
            header.setLength(0);
          }
        }
        default -> header.append(character);
      }
      line += character == '\n' ? 1 : 0;
      parentheses = parenthesesAfter(parentheses, character);
    }
  }

  private static int parenthesesAfter(int before, char character) {
    return switch (character) {
      case '(' -> before + 1;
      case ')' -> before - 1;
      case '{', '}' -> 0;
      default -> before;
    };
  }

  private void begin(String header, int line) {
    Block around = open.peek();
    var type = TYPE.matcher(header);
    var callable = CALLABLE.matcher(header.replaceAll("@\\w+(?:\\([^)]*\\))?", ""));
    boolean inType = around != null && around.kind == Kind.TYPE;
    if (type.find() && (around == null || around.kind != Kind.CONTROL)) {
      open.push(new Block(Kind.TYPE, type.group(1), line, 0));
    } else if (inType && !header.contains("=") && callable.find()) {
      String name = callable.group(1);
      boolean constructor = name.equals(around.name);
      int parameters = constructor ? 0 : parameters(callable.group());
      open.push(new Block(Kind.METHOD, around.name + "." + name, line, parameters));
      deepest = 0;
    } else {
      boolean control =
          CONTROL.matcher(header.replaceFirst("^(?s:.*)\\belse\\s+(?=if)", "")).find();
      boolean elseIf = header.startsWith("else");
      open.push(new Block(control || elseIf ? Kind.CONTROL : Kind.OTHER, "", line, 0));
      deepest = Math.max(deepest, depth());
    }
  }

  private void end(int line) {
    Block block = open.pop();
    if (block.kind == Kind.METHOD) {
      int lines = line - block.line + 1;
      methods.add(new Method(block.name, block.line, lines, deepest, block.parameters));
    }
  }

  /// Number of control structures open within the innermost method.
  private int depth() {
    int depth = 0;
    for (Block block : open) {
      if (block.kind == Kind.METHOD) {
        break;
      }
      depth += block.kind == Kind.CONTROL ? 1 : 0;
    }
    return depth;
  }

  private static int parameters(String callable) {
    String list = callable.substring(callable.indexOf('(') + 1, callable.lastIndexOf(')'));
    String flat = list;
    String before;
    do {
      before = flat;
      flat = before.replaceAll("<[^<>]*>|\\([^()]*\\)", "");
    } while (!flat.equals(before));
    return flat.isBlank() ? 0 : flat.split(",", -1).length;
  }
}
