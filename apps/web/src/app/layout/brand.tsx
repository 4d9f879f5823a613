import { Link } from "react-router";
import icon from "../../icon.svg";
import { PATHS } from "../paths.js";

/** The product's name, which leads home. */
export const Brand = () => (
  <Link to={PATHS.home} className="flex shrink-0 items-center gap-2 font-semibold no-underline">
    <img src={icon} alt="" width={24} height={24} />
    Curfew
  </Link>
);
