# Sourced: what documents and comments name is there, so that whoever follows them arrives.

check_documents() {
    local wrong
    wrong=$(missing_links; missing_files)
    [ -z "$wrong" ] || { echo "$wrong" >&2; return 1; }
}

documents() { git ls-files '*.md'; }

# Links from one document to another, or to a file.
missing_links() {
    local document link
    while IFS= read -r document; do
        while IFS= read -r link; do
            [ -e "$(dirname "$document")/$link" ] || echo "$document links to $link, which is not there"
        done < <(grep -oE '\]\([^)#[:space:]]+' "$document" | cut -c3- | grep -vE '^[a-z]+:' | sort -u)
    done < <(documents)
}

# Sources by their path: whole anywhere, in documents also only its end.
missing_files() {
    local known named file
    known=$(git ls-files | sed 's#^#/#')
    while IFS=: read -r file named; do
        grep -qF -e "/${named#../}" <<<"$known" || echo "$file names $named, which is not there"
    done < <(
        documents | xargs grep -HoE '`[A-Za-z0-9_./-]+\.(rs|sh|css|js|py)`' | tr -d '`'
        git ls-files '*.rs' '*.sh' Makefile '.ci/*' | xargs grep -HoE \
            '(^|[` (])(\.ci|backend|docs|frontend|protocol|static)/[A-Za-z0-9_./-]+\.(rs|sh|css|js|py|md|toml|conf|service)\b' |
            sed 's#:[` (]#:#' | sort -u
    )
}
