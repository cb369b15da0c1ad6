# Embeds sql/<folder>/<name>.sql as the C statement sql_<folder>_<name>.
#
#   awk -v out=h -f sql2c.awk sql/*/*.sql > sql.h
#   awk -v out=c -f sql2c.awk sql/*/*.sql > sql.c
#
# The text is embedded as it is: what a parameter is, src/common/stmt.c decides.
# Line breaks are kept, so that the server's "LINE 12" is line 12 of the file.

function symbol(path) {
	sub(/^.*sql\//, "", path); sub(/\.sql$/, "", path)
	if (path !~ /^[a-z][a-z0-9_]*\/[a-z0-9][a-z0-9_]*$/) {
		print "sql2c: bad file name " path > "/dev/stderr"; failed = 1; exit 1
	}
	gsub(/\//, "_", path)
	return "sql_" path
}

# One line as the inside of a C string. Character by character: what gsub() makes
# of a backslash is not the same in mawk and gawk.
function quoted(line,    res, c) {
	res = ""
	while (line != "") {
		c = substr(line, 1, 1)
		res = res (c == "\\" || c == "\"" ? "\\" : "") c
		line = substr(line, 2)
	}
	return res
}

function finish() {
	if (sym == "")
		return
	if (out == "h")
		print "extern const struct stmt " sym ";"
	else
		print ";\nconst struct stmt " sym " = { \"" sym "\", " sym "_text };\n"
	all = all "    &" sym ",\n"
}

BEGIN {
	print "/* Generated from sql/ by scripts/sql2c.awk: do not edit. */"
	print out == "h" ? "#ifndef SQL_H\n#define SQL_H\n\n#include \"stmt.h\"\n" : "#include \"sql.h\"\n\n#include <stddef.h>\n"
}

FNR == 1 {
	finish()
	sym = symbol(FILENAME)
	if (out == "c")
		print "static const char " sym "_text[] ="
}

out == "c" { print "    \"" quoted($0) "\\n\"" }

END {
	if (failed)
		exit 1
	finish()
	if (out == "h")
		print "\n/* Every statement in the order of the files' names, closed by NULL. */\nextern const struct stmt *const sql_all[];\n\n#endif"
	else
		print "const struct stmt *const sql_all[] = {\n" all "    NULL,\n};"
}
