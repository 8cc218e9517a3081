//! See `kenarc_fuzz::template`.
#![cfg_attr(fuzzing, no_main)]

kenarc_fuzz::target!(kenarc_fuzz::template::run);
