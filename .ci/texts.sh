# Sourced: what a person reads stands in frontend/src/words, so that another language takes the place of that folder and of
# nothing else. In components a literal is a class, an id, a key or a name of the browser's, never a text.

check_texts() {
    local found sample='html! { <p class="note" title="Close">{ "Hello" }</p> }'
    # Nothing found must not mean that nothing was read.
    found=$(awk "$texts_of_components" <(printf '%s\n' "$sample")) || return 1
    [ "$(wc -l <<<"$found")" = 2 ] || { echo "the check finds other texts than two in: $sample" >&2; return 1; }
    found=$(sources 'frontend/src/components/*.rs' | xargs -0 awk "$texts_of_components") || return 1
    [ -z "$found" ] || { printf '%s\n' "$found" 'What people read belongs in frontend/src/words.' >&2; return 1; }
}

# Prints the place of each literal for people. Between the tags of `html!`, and in attributes that are read out or shown, that is any
# literal with a letter; in other attributes none is; and elsewhere, and where a function is called, one that reads like a text: it
# begins with a capital, has two words or stands beside a space. Tests may quote what they like.
texts_of_components='
function flush() { if (file != "") read_file(); file = FILENAME; text = "" }
FNR == 1 { flush() }
{ text = text $0 "\n" }
END { flush() }

function read_file(    i, c, length_, line, literal, started) {
    depth = 0; before = ""; line = 1; length_ = length(text)
    for (i = 1; i <= length_; i++) {
        c = substr(text, i, 1)
        if (c == "\n") { line++; before = before " " }
        else if (c == "/" && substr(text, i, 2) == "//") i += index(substr(text, i), "\n") - 2
        else if (c == "\"") {
            started = line; literal = ""
            while (++i <= length_ && (c = substr(text, i, 1)) != "\"") {
                if (c == "\\") c = c substr(text, ++i, 1)
                if (c ~ /\n/) line++
                literal = literal c
            }
            if (is_for_people(literal)) print file ":" started ": \"" literal "\""
            before = before "\"\""
        }
        else if (c == "\x27" && is_letter_literal(substr(text, i, 8))) {
            i += substr(text, i + 1, 1) == "\\" ? 1 + index(substr(text, i + 3), "\x27") + 1 : index(substr(text, i + 2), "\x27") + 1
            before = before "0"
        }
        else {
            if (c ~ /[({[]/) {
                if (before ~ /cfg\(test\)\] +mod [a-z_]+ +$/) return
                around[++depth] = opening(c)
            }
            if (c ~ /[])}]/) depth--
            before = substr(before c, length(before) > 80 ? length(before) - 79 : 1)
        }
    }
}

# A quote begins a letter, and not a lifetime.
function is_letter_literal(from) { return from ~ /^\x27(\\|[^\\]\x27)/ || from ~ /^\x27[^ -~]/ }

# What a bracket opens.
function opening(bracket) {
    if (before ~ /html! *$/) return "html"
    if (before ~ /classes! *$/) return "classes"
    if (before ~ /#!?$/) return "note"
    if (bracket == "{" && before ~ /[a-z]=$/) return attribute()
    if (bracket == "(" && before ~ /[A-Za-z0-9_]$/) return "call"
    return ""
}

# The name at the end of `name=`.
function attribute(    name) {
    name = substr(before, 1, length(before) - 1)
    sub(/^.*[^a-z-]/, "", name)
    return name
}

function is_for_people(literal,    place, in_call, i, said) {
    said = literal
    gsub(/\\u\{[0-9a-f_]*\}|\\[^u]|\{[^{}]*\}/, " ", said)
    if (said !~ /[A-Za-z]/) return 0
    for (i = depth; i > 0 && place == ""; i--) if (around[i] == "call") in_call = 1; else place = around[i]
    if (before ~ /[a-z]=$/) place = attribute()
    else if (in_call && place == "html") place = ""
    if (place ~ /^(html|alt|label|placeholder|summary|title|aria-(label|description|placeholder|roledescription|valuetext))$/) return 1
    if (place != "" || before ~ /[=!]= *$/) return 0
    return said ~ /^[^A-Za-z]*[A-Z][a-z]/ ||
        said ~ /[a-z][a-z][,;:.]? +[A-Za-z]/ || said ~ /[A-Za-z][,;:.]? +[A-Za-z][a-z]/ ||
        literal ~ /^ .*[a-z]|[a-z].* $/ || literal ~ /…|’/
}'
