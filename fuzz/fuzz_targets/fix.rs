//! See `kenarc_fuzz::fix`.
#![cfg_attr(fuzzing, no_main)]

kenarc_fuzz::target!(kenarc_fuzz::fix::run);
