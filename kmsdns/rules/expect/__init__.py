"""Rules of expectations (EXP): what a spec wants and the DNS does not keep, and how that is judged."""
