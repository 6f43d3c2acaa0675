package dev.peregrine.config;

import dev.peregrine.init.ServiceConfig;
import dev.peregrine.init.ServicesConfig;
import dev.peregrine.init.ServicesConfig.LogFormat;
import dev.peregrine.init.ServicesConfig.Syslog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Reads `services.yaml`: what `peregrine init` supervises.
public final class ServicesFile {
  private final Path path;
  private final Set<String> others;
  private final Consumer<Problem> problems;

  private ServicesFile(Path path, Set<String> others, Consumer<Problem> problems) {
    this.path = path;
    this.others = others;
    this.problems = problems;
  }

  /// Reads the file, or reports everything wrong with it.
  ///
  /// @param others names of the services that come from elsewhere
  public static Optional<ServicesConfig> read(
      Path path, Set<String> others, Consumer<Problem> problems) {
    List<Problem> found = new ArrayList<>();
    SourceFile source = new SourceFile(path, path, found::add);
    Optional<ServicesConfig> config =
        source
            .read()
            .flatMap(text -> new YamlSource(source).read(text))
            .map(members -> new ServicesFile(path, others, found::add).read(members));
    found.forEach(problems);
    return found.isEmpty() ? config : Optional.empty();
  }

  private ServicesConfig read(Found.Members members) {
    Fields top = new Fields(path, "", members, problems);
    LogFormat format =
        top.read("log_format", ServiceReader.word(LogFormat.values()), LogFormat.TEXT);
    Syslog syslog = top.read("syslog", ServiceReader.word(Syslog.values()), Syslog.DATAGRAM);
    Map<Found.Member, ServiceConfig> services = new LinkedHashMap<>();
    top.fields("services")
        .ifPresent(fields -> {
          for (Found.Member member : fields.all()) {
            readService(fields, member).ifPresent(config -> services.put(member, config));
          }
        });
    top.finish();
    new ServiceOrder(path, others, services, problems).check();
    return new ServicesConfig(List.copyOf(services.values()), format, syslog);
  }

  private Optional<ServiceConfig> readService(Fields all, Found.Member member) {
    String name = member.key();
    if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}")) {
      problems.accept(
          new Problem(
              new Origin.InFile(path, member.line(), member.column()),
              "services",
              "the name " + Escaped.quoted(name),
              "at most 64 letters, digits, `_`, `.`, `@` and `-`",
              "choose another name"));
      return Optional.empty();
    }
    return all.fields(member).flatMap(fields -> new ServiceReader(name, fields).read());
  }
}
