package dev.peregrine.config;

/// One option with the value in force, as people see it.
///
/// @param option name of the option
/// @param value the value as text; empty if there is none
/// @param origin where the value comes from
public record Setting(String option, String value, Origin origin) {}
