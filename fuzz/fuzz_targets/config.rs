//! See `kenarc_fuzz::config`.
#![cfg_attr(fuzzing, no_main)]

kenarc_fuzz::target!(kenarc_fuzz::config::run);
