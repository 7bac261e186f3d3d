# Sourced: what docs/SECURITY.md and docs/RELIABILITY.md say of promises and of the tests that show them is true.

promise_tables=(docs/SECURITY.md docs/RELIABILITY.md)

check_promises() {
    local status=0
    promises_stand_once || status=1
    named_promises_stand || status=1
    named_tests_exist || status=1
    return "$status"
}

# What is in the repository, or will be with the next commit.
sources() { git ls-files -z --cached --others --exclude-standard "$@"; }

# The numbers of all rows: "| 12 | …", "| 42, 43 | …".
promises_in_tables() {
    sed -nE 's/^\| ([0-9]+(, [0-9]+)*) \|.*/\1/p' "${promise_tables[@]}" | tr -d ' ' | tr ',' '\n'
}

promises_stand_once() {
    local twice
    twice=$(promises_in_tables | sort -n | uniq -d | paste -sd ' ')
    [ -z "$twice" ] || { echo "more than one row has promise $twice: ${promise_tables[*]}" >&2; return 1; }
}

# The numbers in comments like "Promise 5: …", "Promises 3, 7 and 9", "Promises 64 to 66", with their places.
promises_in_sources() {
    sources '*.rs' '*.py' | xargs -0 grep -noE '[Pp]romises? [0-9]+((, | and |, and | to )[0-9]+)*' |
        awk -F: '{
            place = $1 ":" $2
            words = split($3, word, /[ ,]+/)
            last = 0
            for (i = 2; i <= words; i++) {
                if (word[i] !~ /^[0-9]+$/) continue
                first = word[i - 1] == "to" ? last + 1 : word[i]
                for (number = first; number <= word[i]; number++) print number, place
                last = word[i]
            }
        }'
}

named_promises_stand() {
    local strangers
    strangers=$(promises_in_sources |
        awk 'NR == FNR { row[$1] = 1; next } !($1 in row) { print $2 " names promise " $1 ", which has no row" }' \
            <(promises_in_tables) -)
    [ -z "$strangers" ] || { echo "$strangers in ${promise_tables[*]}" >&2; return 1; }
}

# What a row has in backticks and is written like a path of Rust's is a test, or a module or a file of tests.
named_tests_exist() {
    local missing
    missing=$(sed -nE 's/^\| [0-9]+(, [0-9]+)* \|.*\|([^|]*)\|$/\2/p' "${promise_tables[@]}" | grep -oE '`[a-z0-9_]+(::[a-z0-9_]+)*`' |
        tr -d '`' | awk -F:: '{ print $NF }' | sort -u |
        awk 'NR == FNR { there[$1] = 1; next } !($1 in there)' <(names_in_sources) -)
    [ -z "$missing" ] || { echo "no such test: $missing (in a table of ${promise_tables[*]})" >&2; return 1; }
}

names_in_sources() {
    sources '*.rs' '*.py' | xargs -0 grep -hoE '\b(fn|mod|def) [a-z0-9_]+' | awk '{ print $2 }' | sort -u
    sources '*.rs' '*.py' | tr '\0' '\n' | sed -E 's#/(mod|main)\.rs$##; s#.*/##; s#\..*##' | sort -u
}
