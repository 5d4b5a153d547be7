//! Files that cannot be witnesses, and what is said of each.

use ifc_witness::{Error, Program, stripped};

/// This test itself, which is linked as usual.
fn this_program() -> Vec<u8> {
    let path = std::env::current_exe().expect("the test has a path");
    std::fs::read(path).expect("it can be read")
}

fn refused(file: &[u8]) -> Error {
    match Program::read(file, "") {
        Err(error) => error,
        Ok(_) => panic!("it is read"),
    }
}

#[test]
fn programs_without_relocations_are_refused() {
    assert_eq!(refused(&this_program()), Error::NoRelocations);
}

#[test]
fn stripped_programs_are_refused() {
    let program = stripped(&this_program()).expect("it is a program");
    assert_eq!(refused(&program), Error::Stripped);
}

#[test]
fn other_files_are_refused() {
    for file in [
        &b""[..],
        b"#!/bin/sh\n",
        b"\xcf\xfa\xed\xfe",
        b"\x7fELF\x02\x01\x01\0",
    ] {
        assert!(matches!(refused(file), Error::NotElf(_)), "{file:?}");
    }
}

#[test]
fn other_processors_are_refused() {
    let mut program = this_program();
    // RISC-V.
    program[18] = 243;
    assert_eq!(refused(&program), Error::UnknownMachine(243));
}

#[test]
fn cut_off_programs_are_refused_without_a_panic() {
    let program = this_program();
    for part in 1..20 {
        let cut = &program[..program.len() * part / 20];
        refused(cut);
    }
}
