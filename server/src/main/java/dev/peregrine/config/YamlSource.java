package dev.peregrine.config;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/// Reads YAML 1.2 into a tree of texts with their places.
final class YamlSource {
  private static final int MAX_DEPTH = 8;

  private final SourceFile file;

  YamlSource(SourceFile file) {
    this.file = file;
  }

  /// The mapping that the file holds; nothing after a problem was reported.
  Optional<Found.Members> read(String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setUseMarks(true)
            .setParseComments(false)
            .setMaxAliasesForCollections(10)
            .setCodePointLimit(SourceFile.MAX_BYTES + 1)
            .build();
    try {
      Iterator<Node> documents =
          new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text)));
      if (!documents.hasNext()) {
        return Optional.of(new Found.Members(List.of(), 1, 1));
      }
      Found root = found(documents.next(), 0);
      if (documents.hasNext()) {
        Node second = documents.next();
        file.report(
            line(second),
            column(second),
            "a second document",
            "one document",
            "remove the line `---`");
        return Optional.empty();
      }
      return mapping(root);
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
      file.report(
          mark.map(m -> m.getLine() + 1).orElse(0),
          mark.map(m -> m.getColumn() + 1).orElse(0),
          Escaped.text(String.valueOf(e.getProblem())),
          "YAML",
          "correct the line, or the one before it");
    } catch (YamlEngineException e) {
      file.report(0, 0, Escaped.text(String.valueOf(e.getMessage())), "YAML", "correct the file");
    }
    return Optional.empty();
  }

  private Optional<Found.Members> mapping(Found root) {
    if (root instanceof Found.Members members) {
      return Optional.of(members);
    }
    if (root instanceof Found.Scalar scalar && scalar.isNull()) {
      return Optional.of(new Found.Members(List.of(), 1, 1));
    }
    file.report(
        root.line(),
        root.column(),
        root.describe(),
        "lines of the form `option: value`",
        "check that the file is complete");
    return Optional.empty();
  }

  private static Found found(Node node, int depth) {
    if (depth > MAX_DEPTH) {
      throw new YamlEngineException("nested deeper than " + MAX_DEPTH + " levels");
    }
    return switch (node) {
      case ScalarNode scalar ->
          new Found.Scalar(
              scalar.getValue(), scalar.getTag().equals(Tag.NULL), line(node), column(node));
      case SequenceNode sequence ->
          new Found.Items(
              sequence.getValue().stream().map(item -> found(item, depth + 1)).toList(),
              line(node),
              column(node));
      case MappingNode mapping -> {
        List<Found.Member> members = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
          Node key = tuple.getKeyNode();
          String name = key instanceof ScalarNode scalar ? scalar.getValue() : "?";
          members.add(
              new Found.Member(
                  name, line(key), column(key), found(tuple.getValueNode(), depth + 1)));
        }
        yield new Found.Members(members, line(node), column(node));
      }
      default -> throw new YamlEngineException("an alias that is not resolved");
    };
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }

  private static int column(Node node) {
    return node.getStartMark().map(mark -> mark.getColumn() + 1).orElse(0);
  }
}
