# Sourced by bin/run and bin/test: sets $python to a Python 3.11 or newer, or says what is missing and exits 1.
# PYTHON=/path/to/python names one.
python=
found=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    command -v "$candidate" >/dev/null 2>&1 || continue
    version=$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        python=$candidate
        break
    fi
    found="$found $candidate is $version;"
done
if [ -z "$python" ]; then
    echo "balai: Python 3.11 or newer is needed, and${found:- none was found;} install it" \
        "(apt-get install python3 python3-venv) or name one: PYTHON=/path/to/python3.11" >&2
    exit 1
fi
