# Sourced: no two modules of a crate need each other, neither directly nor by way of others, so that each can be read
# after those that it names. A module and its own children are one thing; tests may look at everything.

check_circles() {
    local crate found status=0
    for crate in protocol backend frontend; do
        found=$(sources "$crate/src/*.rs" | tr '\0' '\n' | grep -vE '/tests(/|\.rs$)|/main\.rs$' | sort |
            xargs awk -v src="$crate/src/" "$uses_of_modules" | circles) || status=1
        [ -z "$found" ] || { printf 'modules of %s in a circle: %s\n' "$crate" "$found" >&2; status=1; }
    done
    return "$status"
}

# Prints "module other" for each other module that one names, in `use` or in a path. What a path names is found by its
# longest beginning that is a file; a name that a module gives on is that of the file where it is from.
uses_of_modules='
FNR == 1 {
    module = substr(FILENAME, length(src) + 1)
    sub(/\.rs$/, "", module)
    sub(/(^|\/)(lib|mod)$/, "", module)
    modules[module]
    tested = 0
}
/^#\[cfg\(test\)\]/ { tested = 1; next }
/^mod tests \{/ || tested && /^(pub(\([a-z]+\))? )?mod [a-z_]+ \{/ { nextfile }
{ tested = 0; sub(/\/\/.*/, ""); text[module] = text[module] " " $0 }

# Puts what a path leads to, seen from a module, into `named`.
function name(from, path,    steps, count, i, at) {
    count = split(path, steps, "::")
    at = steps[1] == "crate" ? "" : from
    for (i = 1; i <= count && steps[i] ~ /^(crate|self|super)$/; i++)
        if (steps[i] == "super" && !sub(/\/[^\/]*$/, "", at)) at = ""
    for (; i <= count; i++) {
        if (!((at == "" ? steps[i] : at "/" steps[i]) in modules)) break
        at = at == "" ? steps[i] : at "/" steps[i]
    }
    if (giving) { gives[from, steps[count]] = at; return }
    while ((at, steps[i]) in gives && gives[at, steps[i]] != at) at = gives[at, steps[i]]
    if (at != "" && at != from && index(from "/", at "/") != 1 && index(at "/", from "/") != 1) named[at]
}

# Names every path of a tree like `super::{a, b::{c, d}}`.
function spread(from, before, tree,    i, c, depth, part) {
    gsub(/[ \t]/, "", tree)
    if (!match(tree, /\{/)) { sub(/as[A-Z_].*/, "", tree); name(from, before tree); return }
    before = before substr(tree, 1, RSTART - 1)
    tree = substr(tree, RSTART + 1, length(tree) - RSTART - 1) ","
    for (i = 1; i <= length(tree); i++) {
        c = substr(tree, i, 1)
        depth += (c == "{") - (c == "}")
        if (c == "," && depth == 0) { if (part != "") spread(from, before, part); part = "" }
        else part = part c
    }
}

END {
    giving = 1
    for (module in modules) {
        rest = text[module]
        while (match(rest, /(^|[^A-Za-z0-9_:])pub(\([^)]*\))? use [^;]*;/)) {
            tree = substr(rest, RSTART, RLENGTH - 1)
            rest = substr(rest, RSTART + RLENGTH)
            sub(/^.*use /, "", tree)
            spread(module, "", tree)
        }
    }
    giving = 0
    for (module in modules) {
        split("", named)
        rest = text[module]
        while (match(rest, /(^|[^A-Za-z0-9_:])use (crate|self|super)::[^;]*;/)) {
            tree = substr(rest, RSTART, RLENGTH - 1)
            rest = substr(rest, 1, RSTART) substr(rest, RSTART + RLENGTH)
            sub(/^.*use /, "", tree)
            spread(module, "", tree)
        }
        while (match(rest, /(^|[^A-Za-z0-9_:])(crate|super)(::[A-Za-z0-9_]+)+/)) {
            path = substr(rest, RSTART, RLENGTH)
            rest = substr(rest, RSTART + RLENGTH)
            sub(/^[^a-z]/, "", path)
            name(module, path)
        }
        for (other in named) print module, other
    }
}'

# Of the arrows on its input, the modules that lie on a circle: what is left once those without an arrow in or out are gone.
circles() {
    awk '
    { from[NR] = $1; to[NR] = $2 }
    END {
        do {
            gone = 0; split("", out); split("", in_)
            for (i in from) { out[from[i]]; in_[to[i]] }
            for (i in from) if (!(to[i] in out) || !(from[i] in in_)) { delete from[i]; gone = 1 }
        } while (gone)
        for (i in from) print from[i]
    }' | sort -u | paste -sd ' '
}
