package dev.peregrine.cache;

/// Something in the app's responses that caches make trouble of.
///
/// @param rule short name of the rule
/// @param what what was found
/// @param where the field or the request that shows it
/// @param why what it leads to
/// @param remedy what to do about it
public record LintFinding(String rule, String what, String where, String why, String remedy) {}
