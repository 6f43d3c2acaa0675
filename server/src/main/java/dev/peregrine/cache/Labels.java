package dev.peregrine.cache;

import java.util.List;

/// By what a stored response is picked among its like, and by what it is found for purging.
///
/// @param variant its place among the responses of one key
/// @param language what it is in, in lower case; empty if it does not say or is in several
/// @param tags what the app calls it, for the operator
/// @param groups groups of RFC 9875 that it is a member of, each with its origin in front
/// @param isEsi whether its content has instructions of ESI to be carried out
record Labels(
    VariantKey variant, String language, List<String> tags, List<String> groups, boolean isEsi) {
  Labels {
    tags = List.copyOf(tags);
    groups = List.copyOf(groups);
  }
}
