package dev.peregrine.config;

import dev.peregrine.init.ServiceConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Checks that the services of a file can be started in some order: every name is known, none comes
/// twice, no circle. Pure.
final class ServiceOrder {
  private final Path file;
  private final Set<String> others;
  private final Map<String, Found.Member> places = new LinkedHashMap<>();
  private final Map<String, ServiceConfig> services = new HashMap<>();
  private final Consumer<Problem> problems;

  /// @param others names of the services that come from elsewhere
  ServiceOrder(
      Path file,
      Set<String> others,
      Map<Found.Member, ServiceConfig> read,
      Consumer<Problem> problems) {
    this.file = file;
    this.others = others;
    this.problems = problems;
    read.forEach((member, config) -> {
      places.put(config.name(), member);
      services.put(config.name(), config);
    });
  }

  void check() {
    places.forEach(this::checkNames);
    checkCircles();
  }

  private void checkNames(String name, Found.Member member) {
    if (others.contains(name)) {
      report(
          member,
          "also a directory of services",
          "each name once",
          "rename one of the two, or remove the directory");
    }
    for (String before : service(name).start().after()) {
      if (before.equals(name)) {
        report(member, "after itself", "other services", "remove it from `after`");
      } else if (!places.containsKey(before) && !others.contains(before)) {
        Stream<String> known = Stream.concat(places.keySet().stream(), others.stream());
        Optional<String> near = Nearest.to(before, known);
        report(
            member,
            "after " + Escaped.quoted(before) + ", which is unknown",
            "names of services" + near.map(other -> ", perhaps " + other).orElse(""),
            near.map(other -> "write " + other).orElse("add it, or remove it from `after`"));
      } else if (places.containsKey(before) && service(before).schedule().isPresent()) {
        report(
            member,
            "after " + before + ", which runs on a schedule",
            "services that become ready",
            "remove it from `after`");
      }
    }
  }

  private ServiceConfig service(String name) {
    ServiceConfig config = services.get(name);
    if (config == null) {
      throw new IllegalStateException(name);
    }
    return config;
  }

  private void checkCircles() {
    Set<String> cleared = new HashSet<>();
    for (String name : places.keySet()) {
      walk(name, new ArrayList<>(), cleared);
    }
  }

  /// Follows `after`; a name that comes again on the way closes a circle.
  private void walk(String name, List<String> way, Set<String> cleared) {
    Found.Member place = places.get(name);
    if (place == null || cleared.contains(name)) {
      return;
    }
    int start = way.indexOf(name);
    if (start >= 0) {
      List<String> circle = new ArrayList<>(way.subList(start, way.size()));
      circle.add(name);
      cleared.addAll(circle);
      if (circle.size() > 2) {
        report(
            place,
            "a circle: " + String.join(" after ", circle),
            "an order",
            "remove one of these from `after`");
      }
      return;
    }
    way.add(name);
    service(name).start().after().stream().sorted().forEach(before -> walk(before, way, cleared));
    way.removeLast();
    cleared.add(name);
  }

  private void report(Found.Member member, String found, String expected, String remedy) {
    problems.accept(
        new Problem(
            new Origin.InFile(file, member.line(), member.column()),
            member.key(),
            found,
            expected,
            remedy));
  }
}
